import type { PathLike } from 'node:fs';

/**
 * Names of files as text. Git and the file system hold bytes; nearly all are UTF-8. In those that aren't, each byte that
 * belongs to no character stands as a lone surrogate, U+DC80 to U+DCFF, which no UTF-8 has: so the bytes can be had back,
 * JSON keeps them, and two names are the same text only if they are the same bytes. For people `visible` shows them.
 */

const FIRST_LONE = 0xdc00;
const LONE = /[\udc80-\udcff]/u;
const REPLACED = '\ufffd';

/** Whether a text stands for bytes that aren't UTF-8. */
export const isNotUtf8 = (name: string): boolean => LONE.test(name);

/** Bytes as text. */
export const nameText = (bytes: Buffer): string => {
  const plain = bytes.toString('utf8');
  if (!plain.includes(REPLACED)) return plain;
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(bytes.toString('utf8', from, at), String.fromCharCode(FIRST_LONE + (bytes[at] ?? 0)));
    at += 1;
    from = at;
  }
  return parts.join('') + bytes.toString('utf8', from);
};

/** Of the character that begins there, in bytes; 0 if none does. */
const lengthAt = (bytes: Buffer, at: number): number => {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const character = bytes.subarray(at, at + length);
  // What is read and written back as it was is a character: no overlong form, no surrogate, nothing cut off.
  return Buffer.from(character.toString('utf8')).equals(character) ? length : 0;
};

/** The bytes that a text stands for. */
export const bytesOf = (text: string): Buffer => {
  if (!isNotUtf8(text)) return Buffer.from(text);
  const parts = text.split(/([\udc80-\udcff]+)/u);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0
        ? Buffer.from(part)
        : Buffer.from([...part].map((lone) => lone.charCodeAt(0) - FIRST_LONE)),
    ),
  );
};

/** A path for the file system. */
export const onDisk = (path: string): PathLike => (isNotUtf8(path) ? bytesOf(path) : path);
