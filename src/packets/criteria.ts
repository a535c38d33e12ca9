import type { Criterion, Evidence } from '../domain/packet.ts';
import { isBlank, type Line } from './blocks.ts';
import type { FileProblems } from './file-problems.ts';

export interface PlacedCriterion extends Criterion {
  readonly line: number;
}

/** `- [ ] text (evidence)` lines; a line that is indented goes on with the one before. */
export function parseCriteria(lines: readonly Line[], report: FileProblems): PlacedCriterion[] {
  const items: { line: number; text: string }[] = [];
  for (const line of lines) {
    const [, ticked, text] = /^[-*+]\s+(?:\[([ xX]?)\]\s+)?(.*\S)\s*$/s.exec(line.text) ?? [];
    const last = items.at(-1);
    if (text !== undefined) {
      if (ticked?.trim())
        report.warn(line.number, 'a ticked box proves nothing: Baton looks for the evidence');
      items.push({ line: line.number, text });
    } else if (isBlank(line)) continue;
    else if (last && /^\s/.test(line.text)) last.text = `${last.text} ${line.text.trim()}`;
    else report.problem(line.number, 'is not a criterion: begin it with `- [ ]`');
  }
  return items.map(({ line, text }) => ({ ...splitEvidence(text), line }));
}

/** A criterion's line cut into its words and the evidence in parentheses at its end. */
export function splitEvidence(text: string): Criterion {
  const [, before = '', who] = /^(.*?)\s*\((person|agent)\)$/s.exec(text) ?? [];
  if (who === 'agent') return { text: before };
  if (who === 'person') return { text: before, evidence: { person: true } };
  const quoted = /^(.*?)\s*\((test|file|command):\s*("(?:[^"\\]|\\.)*")\)$/s.exec(text);
  if (quoted) return { text: quoted[1] ?? '', evidence: evidence(quoted[2], unquote(quoted[3] ?? '')) };
  for (const match of text.matchAll(/\s*\((test|file|command):\s*(?=[^"\s])/g)) {
    const value = text.slice(match.index + match[0].length, -1);
    if (text.endsWith(')') && isBalanced(value))
      return {
        text: text.slice(0, match.index),
        evidence: evidence(match[1], value.trim().replace(/^`(.+)`$/s, '$1')),
      };
  }
  return { text };
}

/** The line of a criterion, without its box; `(agent)` where the words alone would read as evidence. */
export function joinEvidence({ text, evidence: proof }: Criterion): string {
  if (!proof)
    return splitEvidence(text).text === text && !/\((?:agent|person)\)$/.test(text)
      ? text
      : `${text} (agent)`;
  if ('person' in proof) return `${text} (person)`;
  const [kind, value] = Object.entries(proof)[0] ?? [];
  return `${text} (${kind}: ${JSON.stringify(value)})`;
}

const evidence = (kind: string | undefined, value: string): Evidence =>
  kind === 'test' ? { test: value } : kind === 'file' ? { file: value } : { command: value };

/** A JSON text; where its backslashes are none of JSON's, they stand for themselves. */
export function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
