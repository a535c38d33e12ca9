import { bare, isBlank, type Line } from './blocks.ts';
import type { FileProblems } from './file-problems.ts';

/** A line of the dependencies' section; `packet` is absent where the person named none. */
export interface PlacedDependency {
  readonly type: 'hard' | 'soft';
  readonly packet: string | undefined;
  readonly text: string;
  readonly line: number;
}

const BOLD = /^(?:[-*+]\s+)?\*\*(hard|soft) dependency(?: on ([^\s*:]+))?\s*(?::\s*\*\*|\*\*:?)\s*(.*)$/is;
const LIST = /^[-*+]\s+(hard|soft):\s*([^\s,]+)\s*(.*)$/is;
/** `, b` or `, b, c` behind the first: more names, and no words on why. */
const MORE_NAMES = /^(?:,\s*[\w.-]+\s*)+$/;
const NONE = /^(?:[-*+]\s+)?none\.?$/i;

/** `**Soft dependency on db-users:** why`, or `- soft: db-users`; lines below go on with the text. */
export function parseDependencies(lines: readonly Line[], report: FileProblems): PlacedDependency[] {
  const found: (PlacedDependency & { text: string })[] = [];
  for (const line of lines) {
    if (isBlank(line) || NONE.test(line.text.trim())) continue;
    const match = BOLD.exec(line.text) ?? LIST.exec(line.text);
    const last = found.at(-1);
    if (match) {
      const type = match[1]?.toLowerCase() === 'soft' ? 'soft' : 'hard';
      const packet = match[2] === undefined ? undefined : bare(match[2]);
      if (MORE_NAMES.test(match[3] ?? ''))
        report.problem(line.number, `names several packets: write a line for each, \`- ${type}: <packet>\``);
      found.push({ type, packet, text: (match[3] ?? '').trim(), line: line.number });
    } else if (last && !/^(?:[-*+]\s|\*\*)/.test(line.text))
      last.text = `${last.text} ${line.text.trim()}`.trim();
    else
      report.problem(
        line.number,
        'is not a dependency: write `- soft: <packet>`, `- hard: <packet>`, or `**Soft dependency on <packet>:** why`',
      );
  }
  return found;
}
