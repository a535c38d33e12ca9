/** A text whose bytes can't be read as one; the message says why, as the end of a sentence. */
export class NotText extends Error {
  override readonly name = 'NotText';
}

/** So much of the beginning tells the encoding. */
const LOOKED_AT = 1000;
const DECLARED = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']/i;

/**
 * The text of a report: by its byte order mark, or as UTF-16 if every other byte is empty, or as its XML declares, else
 * as UTF-8. .NET and PowerShell write UTF-16, and declare it also when they write UTF-8.
 *
 * @throws NotText if it is binary, or in an encoding that isn't known
 */
export function decodeText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.slice(0, LOOKED_AT).includes('\0'))
    throw new NotText('it is binary: name the report that the tool writes as text, XML or JSON');
  return text;
}

function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0) return 'utf-16le';
  if (first === 0 && second !== 0 && bytes.length > 1) return 'utf-16be';
  const declared = DECLARED.exec(bytes.subarray(0, LOOKED_AT).toString('latin1'))?.[1];
  if (declared === undefined || /^utf-?16/i.test(declared)) return 'utf-8';
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    throw new NotText(`its encoding ${declared} isn't known: let the tool write UTF-8`);
  }
}
