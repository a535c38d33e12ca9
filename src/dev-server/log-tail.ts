import { readRegular } from '../files/regular-file.ts';

/** The last lines of what was added to a log after `offset` bytes, for an error message. */
export async function logSince(file: string, offset: number): Promise<string> {
  const content = await readRegular(file).catch(() => Buffer.alloc(0));
  return content.subarray(offset).toString('utf8');
}

/** The last lines of a text, indented, or a remark that there are none. */
export function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.join('').trim() === ''
    ? '  (nothing was written)'
    : lines.map((line) => `  ${line}`).join('\n');
}
