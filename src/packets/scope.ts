import { suggestion } from '../domain/nearest.ts';
import { fieldOf, isBlank, type Line, unescapeBlock } from './blocks.ts';
import { unquote } from './criteria.ts';
import type { FileProblems } from './file-problems.ts';

/** An entry of a scope: a glob that is enforced, or words for the agent. */
export interface ScopeEntry {
  readonly text: string;
  readonly isPath: boolean;
  readonly line: number;
}

export interface Scope {
  readonly inScope: readonly ScopeEntry[];
  readonly outOfScope: readonly ScopeEntry[];
  readonly notes: string | undefined;
  readonly notesLine: number;
}

const FIELDS = ['In Scope', 'Out of Scope', 'Notes'] as const;
type Field = (typeof FIELDS)[number];

/** The boundaries' section: two comma lists (or lists of lines), then notes up to the section's end. */
export function parseScope(lines: readonly Line[], report: FileProblems): Scope {
  const entries: Record<'In Scope' | 'Out of Scope', ScopeEntry[]> = { 'In Scope': [], 'Out of Scope': [] };
  const seen = new Map<Field, number>();
  let open: Field | undefined;
  let notes: string | undefined;
  for (const [index, line] of lines.entries()) {
    const field = fieldOf(line);
    if (field) {
      open = FIELDS.find((name) => name.toLowerCase() === field.name.toLowerCase().replaceAll('-', ' '));
      if (!open)
        report.problem(line.number, `unknown boundary \`${field.name}\`${suggestion(field.name, FIELDS)}`);
      else if (seen.has(open))
        report.problem(line.number, `a second \`${open}\`: the first is in line ${seen.get(open)}`);
      else seen.set(open, line.number);
    } else if (isBlank(line)) continue;
    if (open === 'Notes') {
      notes = unescapeBlock([{ ...line, text: field?.value ?? '' }, ...lines.slice(index + 1)]);
      break;
    }
    const text = field ? field.value : line.text.replace(/^\s*[-*+]\s+(?=\S)/, '').trim();
    if (open) entries[open].push(...scopeEntries(text, line.number));
    else if (!field)
      report.problem(
        line.number,
        'is not a boundary: write `**In Scope:**` or `**Out of Scope:**` before it',
      );
  }
  warnings(entries, report);
  return {
    inScope: entries['In Scope'],
    outOfScope: entries['Out of Scope'],
    notes,
    notesLine: seen.get('Notes') ?? 0,
  };
}

function warnings(entries: Record<'In Scope' | 'Out of Scope', ScopeEntry[]>, report: FileProblems): void {
  for (const { isPath, text, line } of [...entries['In Scope'], ...entries['Out of Scope']])
    if (
      !isPath &&
      text.split(/\s+/).length > 1 &&
      text.split(/\s+/).some((word) => /\w\/(?:\w|\*|$)/.test(word))
    )
      report.warn(line, `"${text}" is read as words, not as a path: put commas between paths`);
  const first = entries['In Scope'][0];
  if (first && !entries['In Scope'].some(({ isPath }) => isPath))
    report.warn(first.line, 'In Scope names no path: nothing is enforced until there is one');
}

/** Entries between commas; commas in parentheses, braces, backticks and quotes don't separate. */
export function scopeEntries(text: string, line: number): ScopeEntry[] {
  const parts = text.match(/(?:`[^`]*`|"(?:[^"\\]|\\.)*"|\([^()]*\)|\{[^{}]*\}|[^,])+/g) ?? [];
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '' && !/^(?:none|nothing)\.?$/i.test(part))
    .map((part) => ({ ...entryOf(part), line }));
}

function entryOf(part: string): { text: string; isPath: boolean } {
  const marked = /^`([^`]+)`\.?$/.exec(part)?.[1];
  if (marked !== undefined) return { text: marked, isPath: true };
  if (/^"(?:[^"\\]|\\.)*"$/.test(part)) return { text: unquote(part), isPath: true };
  // A list may end as a sentence does, and `./src` is `src`, which is how git names it.
  const plain = part.replace(/(?<=[^.])\.$/, '').replace(/^(?:\.\/)+(?=.)/, '');
  return looksLikePath(plain) ? { text: plain, isPath: true } : { text: part, isPath: false };
}

/** A slash, a star or a file's ending, and no space; `CI/CD` and `UI` are words. */
const looksLikePath = (text: string): boolean =>
  !/\s/.test(text) &&
  !/^[A-Z0-9]{1,4}(?:\/[A-Z0-9]{1,4})+$/.test(text) &&
  (/[/\\*]/.test(text) || /^\.\w/.test(text) || /^[\w@.-]+\.[A-Za-z]\w{0,7}$/.test(text));

/** A glob as `scopeEntries` reads it back, whatever is in it. */
export const scopeText = (glob: string): string =>
  /[`\p{Cc}]/u.test(glob) ? JSON.stringify(glob) : `\`${glob}\``;
