/** Parts of a pull request's text, in Markdown that nothing in it can break. Pure. */
import { verbatim } from './markdown.ts';
import { shortLine } from './visible.ts';

const LONGEST_LINE = 300;
/** Rows of a table; the report has them all. */
const MOST_ROWS = 60;
/** Characters of a table whose rows are long, so that it doesn't crowd out the parts below. */
const LONGEST_TABLE = 2000;

/** Nobody is called, and no issue linked or closed, by what an agent or a request happens to say. */
export const still = (text: string): string =>
  text.replaceAll(/([@#])(?=[\w-])|\b(GH)(?=\\?-\d)/gi, '$1$2<!-- -->');

/** Somebody's words on one line. */
export const inlineText = (text: string, length = LONGEST_LINE): string =>
  verbatim(shortLine(text, length), still);

export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];

/** A table, empty without rows; a last row says how many are left out. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  longest = Number.POSITIVE_INFINITY,
): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(lineOf);
  let length = 0;
  const fit = lines.findIndex((line) => {
    length += line.length + 1;
    return length > longest;
  });
  const kept = lines.slice(0, Math.min(MOST_ROWS, fit < 0 ? lines.length : fit));
  const left = lines.length - kept.length;
  const more = left === 0 ? [] : [lineOf([`… and ${left} more`, ...head.slice(1).map(() => '')])];
  return [lineOf(head), lineOf(head.map(() => '---')), ...kept, ...more];
}

/** A table with names that agents and their tests chose: bounded by its length too. */
export const boundedTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  longest = LONGEST_TABLE,
): string[] => markdownTable(head, rows, longest);

const lineOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
