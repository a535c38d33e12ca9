/**
 * Lines of a packet file, and blocks of Markdown inside it. A line of a block that would read as one of the
 * file's own headings, or as a code fence that nothing closes, carries a backslash in the file.
 */

/** A line of the file, with its number counted from 1 and whether it stands in a code fence. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly fenced: boolean;
}

const HEADING = /^#{1,2}(?:\s|$)/;
const FENCE = /^(`{3,}|~{3,})/;
const ESCAPED = /^\\+(?:#{1,2}(?:\s|$)|`{3,}|~{3,})/;

/** For every line whether it belongs to a fence: its opening and closing lines do, an unclosed one is none. */
export function fences(lines: readonly string[]): boolean[] {
  const fenced = lines.map(() => false);
  for (let at = 0; at < lines.length; at++) {
    const mark = FENCE.exec(lines[at] ?? '')?.[1];
    if (mark === undefined) continue;
    const end = lines.findIndex(
      (line, i) => i > at && line.startsWith(mark) && isOnly(line.trimEnd(), mark[0]),
    );
    if (end < 0) continue;
    fenced.fill(true, at, end + 1);
    at = end;
  }
  return fenced;
}

const isOnly = (line: string, char: string | undefined) => [...line].every((other) => other === char);

/** The lines of a file; line ends of Windows and a byte order mark are not part of them. */
export function linesOf(text: string): Line[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const fenced = fences(lines);
  return lines.map((line, index) => ({ number: index + 1, text: line, fenced: fenced[index] ?? false }));
}

/** A block as it stands in a packet file. */
export function escapeBlock(block: string): string {
  const lines = block.split('\n');
  const fenced = fences(lines);
  const own = (line: string) => HEADING.test(line) || FENCE.test(line) || ESCAPED.test(line);
  return lines.map((line, index) => (!fenced[index] && own(line) ? `\\${line}` : line)).join('\n');
}

/** The block that stands in these lines of a packet file. */
export const unescapeBlock = (lines: readonly Line[]): string =>
  lines
    .map(({ text, fenced }) => (!fenced && ESCAPED.test(text) ? text.slice(1) : text))
    .join('\n')
    .trim();

/** A comment of one line or an empty line: nothing to read. */
export const isBlank = ({ text }: Line): boolean => /^\s*(?:<!--.*-->\s*)?$/s.test(text);

// The flag s everywhere: a line may hold separators of Unicode that `.` stops at.
/** `**Name:** value`, or undefined. */
export function fieldOf({ text, fenced }: Line): { name: string; value: string } | undefined {
  if (fenced) return undefined;
  const [, name, value] = /^\*\*([^*:]+)(?::\*\*|\*\*:)\s*(.*)$/s.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.trim(), value: (value ?? '').trim() };
}

/** Without the backticks around it. */
export const bare = (text: string): string => /^`(.+)`$/s.exec(text.trim())?.[1] ?? text.trim();
