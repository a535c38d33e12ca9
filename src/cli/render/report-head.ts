import { exitCodeOf, type FeatureReport } from '../../domain/report.ts';
import { howRed } from '../../domain/report-words.ts';
import { oneLine } from '../../domain/visible.ts';
import type { Style } from './style.ts';
import { table, wrap } from './table.ts';

export interface ReportOptions {
  readonly style: Style;
  readonly width?: number;
}

/** The outcome with what was red from the start, the request, and where the work is. */
export function headLines(report: FeatureReport, options: ReportOptions): string[] {
  const { width = 110 } = options;
  const facts: string[][] = [];
  if (report.root !== undefined) facts.push(['root', oneLine(report.root)]);
  if (report.branch !== undefined) facts.push(['branch', report.branch]);
  if (report.commit !== undefined) facts.push(['commit', report.commit]);
  if (report.tree !== undefined) facts.push(['tree', report.tree]);
  if (report.pullRequest !== undefined) facts.push(['pull request', oneLine(report.pullRequest)]);
  if (report.landing !== undefined) facts.push(['landing', oneLine(report.landing)]);
  return [
    ...outcomeLines(report, options),
    ...wrap(oneLine(report.request), Math.min(width, 110), '  '),
    ...(report.reason === undefined ? [] : wrap(`because: ${oneLine(report.reason)}`, width, '  ')),
    ...table(facts, { width: width - 2, wraps: true }).map((line) => `  ${line}`),
  ];
}

/** A success is green only if nothing was red from the start. */
function outcomeLines(
  { feature, outcome, knownRed = [] }: FeatureReport,
  { style, width = 110 }: ReportOptions,
): string[] {
  const isGood = exitCodeOf(outcome) === 0;
  const paint = isGood ? (knownRed.length > 0 ? style.yellow : style.green) : style.red;
  const checks = knownRed.map((check) => `${oneLine(check.name)} (${howRed(check)})`).join(', ');
  const since = checks === '' ? '' : `, with checks that were red from the start: ${checks}`;
  const name = `${feature}: `;
  const [first = '', ...more] = wrap(`${name}${outcome}${since}`, width - 2);
  return [
    `${style.bold(feature)}: ${paint(first.slice(name.length))}`,
    ...more.map((line) => `  ${paint(line)}`),
  ];
}
