import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OpenFile, withRegularFile } from '../files/regular-file.ts';

/** What to look for in files to find out whether they name a folder. */
export interface Needles {
  readonly bytes: readonly Buffer[];
  /** Most bytes of one of them. */
  readonly longest: number;
}

/**
 * A folder's path in the forms in which installers write it: as it was given and with its links resolved; each plain, as
 * in a `file:` URL, and as in JSON that is kept in ASCII (Python's).
 */
export async function needlesFor(folder: string): Promise<Needles> {
  const plain = [path.resolve(folder), await realpath(folder)];
  const forms = plain.flatMap((form) => [form, pathToFileURL(form).pathname, asciiJson(form)]);
  const bytes = [...new Set(forms)].map((form) => Buffer.from(form));
  return { bytes, longest: Math.max(...bytes.map(({ length }) => length)) };
}

const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Whether a regular file contains one of the needles. Throws if it can't be read, or is no regular file any more.
 *
 * @param buffer is longer than the longest needle by far; it is used again for the next file
 */
export const pathInFile = (file: string, needles: Needles, buffer: Buffer): Promise<boolean> =>
  withRegularFile(file, (open) => contains(open, needles, buffer));

/** The last bytes of each chunk stand before the next one, so that nothing is missed across the border. */
async function contains(open: OpenFile, needles: Needles, buffer: Buffer): Promise<boolean> {
  let kept = 0;
  for (let total = 0; ; ) {
    const count = await open.read(buffer, kept);
    total += count;
    const window = buffer.subarray(0, kept + count);
    const atEnd = count === 0 || total === open.size;
    if (needles.bytes.some((needle) => names(window, needle, atEnd))) return true;
    if (atEnd) return false;
    // One byte more than a needle: what stands before it counts, too.
    kept = Math.min(needles.longest + 1, window.length);
    window.copy(buffer, 0, window.length - kept);
  }
}

/**
 * Whether the path stands in the bytes, and its last name ends there: `/a/b` is not named by `/a/bc`. What stands before
 * it doesn't count, since a path may follow directly on a flag (`-I/a/b`) or on another string of a binary. Only a
 * path of one name, such as `/app`, has to begin there: it is a part of too many others.
 */
function names(bytes: Buffer, needle: Buffer, atEnd: boolean): boolean {
  const oneName = needle.lastIndexOf(SLASH) === 0;
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
    const after = bytes[at + needle.length];
    const ends = after === undefined ? atEnd : !goesOn(after);
    if (ends && !(oneName && goesOn(bytes[at - 1] ?? 0))) return true;
  }
  return false;
}

const SLASH = 0x2f;

/** Whether a byte can be a part of a name: letters, digits, `_`, `-`, `.`, `+`, `~`, `@`, and all beyond ASCII. */
const goesOn = (byte: number): boolean => byte >= 0x80 || /[\w.+~@-]/.test(String.fromCharCode(byte));
