import type { GateResult } from '../../domain/checks.ts';
import { figureAt } from '../../domain/judge.ts';
import { pathsInTree } from '../report-paths.ts';
import { KINDS } from './model.ts';

/** Enough for one round of closing gaps. */
const MAX_GAPS = 20;

/** Whether a report has the form of istanbul's `coverage-summary.json`. */
export const isCoverageSummary = (report: unknown): report is Readonly<Record<string, unknown>> =>
  figureAt(report, 'total.lines.total') !== null && figureAt(report, 'total.lines.covered') !== null;

/** Where a threshold's figure stands: `lines` is short for `total.lines.pct` of coverage. */
export const figurePath = (isCoverage: boolean, name: string): string =>
  isCoverage && KINDS.some((kind) => kind === name) ? `total.${name}.pct` : name;

/** Percentages and the least covered files (paths relative to `cwd`; those below `wanted` per cent of lines). */
export async function coverageDetails(
  report: Readonly<Record<string, unknown>>,
  cwd: string,
  wanted: number,
): Promise<Pick<GateResult, 'details' | 'gaps'>> {
  const figures = Object.entries({ line: 'lines', branch: 'branches', function: 'functions' }).flatMap(
    ([name, kind]) => {
      const figure = figureAt(report, `total.${kind}.pct`);
      return figure === null ? [] : [[name, figure] as const];
    },
  );
  const lacking = Object.entries(report).flatMap(([file, value]) => {
    const line = figureAt(value, 'lines.pct');
    const missing = (figureAt(value, 'lines.total') ?? 0) - (figureAt(value, 'lines.covered') ?? 0);
    const isGap = file !== 'total' && line !== null && line < wanted && missing > 0;
    return isGap ? [{ file, line, missing }] : [];
  });
  const inTree = await pathsInTree(
    cwd,
    lacking.map(({ file }) => file),
  );
  const gaps = lacking
    .map((one) => ({ ...one, file: inTree(one.file) }))
    .sort((a, b) => a.line - b.line || b.missing - a.missing || (a.file < b.file ? -1 : 1))
    .slice(0, MAX_GAPS)
    .map(({ file, line }) => ({ file, line }));
  return { details: Object.fromEntries(figures), gaps };
}
