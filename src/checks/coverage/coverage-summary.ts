import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { GateResult } from '../domain/checks.ts';
import { figureAt } from '../domain/judge.ts';

/** Enough for one round of closing gaps. */
const MAX_GAPS = 20;
const KINDS = ['lines', 'statements', 'functions', 'branches'];

/** Whether a report has the form of istanbul's `coverage-summary.json`. */
export const isCoverageSummary = (report: unknown): report is Readonly<Record<string, unknown>> =>
  figureAt(report, 'total.lines.total') !== null && figureAt(report, 'total.lines.covered') !== null;

/** Where a threshold's figure stands: `lines` is short for `total.lines.pct` in a coverage summary. */
export const figurePath = (report: unknown, name: string): string =>
  KINDS.includes(name) && isCoverageSummary(report) ? `total.${name}.pct` : name;

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
  const roots = [cwd, await realpath(cwd).catch(() => cwd)];
  const gaps = Object.entries(report)
    .flatMap(([file, value]) => {
      const line = figureAt(value, 'lines.pct');
      const missing = (figureAt(value, 'lines.total') ?? 0) - (figureAt(value, 'lines.covered') ?? 0);
      const isGap = file !== 'total' && line !== null && line < wanted && missing > 0;
      return isGap ? [{ file: relativeTo(roots, file), line, missing }] : [];
    })
    .sort((a, b) => a.line - b.line || b.missing - a.missing || (a.file < b.file ? -1 : 1))
    .slice(0, MAX_GAPS)
    .map(({ file, line }) => ({ file, line }));
  return { details: Object.fromEntries(figures), gaps };
}

function relativeTo(roots: readonly string[], file: string): string {
  if (!isAbsolute(file)) return file;
  const inside = roots.map((root) => relative(root, file)).find((path) => !path.startsWith('..'));
  return inside ?? file;
}
