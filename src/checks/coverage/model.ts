import { ReportError } from '../reports/test-report.ts';

/** What of one kind there is in a file: each by an id of its own and whether it is covered, or only how many. */
export type Covered = ReadonlyMap<string, boolean> | { readonly total: number; readonly covered: number };

export const KINDS = ['lines', 'statements', 'functions', 'branches'] as const;
export type CoverageKind = (typeof KINDS)[number];

/** A file of a coverage report. Kinds that its tool doesn't count are absent. */
export type FileCoverage = { readonly file: string } & { readonly [K in CoverageKind]?: Covered };

/** What a coverage report says: its files, or only percentages of all. */
export type Coverage =
  | { readonly files: readonly FileCoverage[] }
  | { readonly percentages: { readonly [K in CoverageKind]?: number } };

/** In the form of istanbul's `coverage-summary.json`, which gates and gaps are read from. */
export type CoverageSummary = Readonly<Record<string, unknown>>;

type Counts = { readonly total: number; readonly covered: number };
const countOf = (covered: Covered): Counts =>
  covered instanceof Map
    ? { total: covered.size, covered: [...covered.values()].filter(Boolean).length }
    : (covered as Counts);

/** As istanbul counts it: rounded down, so that nothing but all is 100. */
const percent = ({ total, covered }: Counts): number => Math.floor((covered / total) * 10_000) / 100;

/** A summary of several reports as one. Files that stand in several are covered where any of them says so. */
export function coverageSummaryOf(reports: readonly (readonly FileCoverage[])[]): CoverageSummary {
  const files = new Map<string, FileCoverage>();
  for (const one of reports.flat()) {
    const known = files.get(one.file);
    files.set(one.file, known === undefined ? one : together(known, one));
  }
  const all = [...files.values()];
  const entries = all.map(
    (one) => [one.file, kinds((kind) => one[kind] && counted(kind, [one[kind]]))] as const,
  );
  const total = kinds((kind) =>
    counted(
      kind,
      all.flatMap((one) => one[kind] ?? []),
    ),
  );
  return { ...Object.fromEntries(entries), total };
}

/** Percentages alone in the same form. */
export const summaryOfPercentages = (
  percentages: { readonly [K in CoverageKind]?: number },
): CoverageSummary => ({
  total: kinds((kind) => (percentages[kind] === undefined ? undefined : { pct: percentages[kind] })),
});

const kinds = (of: (kind: CoverageKind) => object | undefined): Readonly<Record<string, object>> =>
  Object.fromEntries(
    KINDS.flatMap((kind) => {
      const value = of(kind);
      return value === undefined ? [] : [[kind, value] as const];
    }),
  );

/**
 * A report without any line measured nothing, and a kind that no file has isn't counted by its tool: neither has a
 * percentage, and keeps no threshold. A tool that counts branches and finds none has nothing left to cover.
 */
function counted(kind: CoverageKind, all: readonly Covered[]): object | undefined {
  const counts = all.map(countOf);
  const total = counts.reduce((sum, one) => sum + one.total, 0);
  const covered = counts.reduce((sum, one) => sum + one.covered, 0);
  if (total > 0) return { total, covered, pct: percent({ total, covered }) };
  return kind === 'lines' || all.length === 0 ? undefined : { total, covered, pct: 100 };
}

function together(one: FileCoverage, two: FileCoverage): FileCoverage {
  const merged = KINDS.flatMap((kind) => {
    const [a, b] = [one[kind], two[kind]];
    if (a === undefined || b === undefined)
      return a === undefined && b === undefined ? [] : [[kind, a ?? b] as const];
    if (!(a instanceof Map) || !(b instanceof Map))
      throw new ReportError(
        `${one.file} stands in two reports, and one of them only counts its ${kind}, so they can't be put together: ` +
          'let the coverage tool merge them, or name its report with the single lines',
      );
    const both = new Map<string, boolean>(a);
    for (const [id, isCovered] of b) both.set(id, isCovered || both.get(id) === true);
    return [[kind, both] as const];
  });
  return { file: one.file, ...Object.fromEntries(merged) };
}

/** Covered if a count is above zero; the same id twice is covered where any count is. */
export function hit(into: Map<string, boolean>, id: string, count: number): void {
  into.set(id, into.get(id) === true || count > 0);
}
