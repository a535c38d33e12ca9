import type { Problem } from '../../src/config/problem.ts';

/** The best makespan that was published for a graph on a number of equal machines. */
export interface PublishedBest {
  readonly graph: string;
  readonly machines: number;
  readonly makespan: number;
  readonly line: number;
}

const HEAD = 'graph,machines,makespan';

/** `published-best.csv`: a row for each graph and machine count, and everything that is wrong in it, by line. */
export function parseBest(
  text: string,
  file: string,
): { readonly rows: readonly PublishedBest[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const problem = (line: number, message: string) => problems.push({ file, line, column: 1, message });
  const rows: PublishedBest[] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0]?.trim() !== HEAD) problem(1, `must begin with the line \`${HEAD}\``);
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content.trim() === '') continue;
    const line = index + 1;
    const [, graph, machines, makespan] =
      /^([^,/\\]+\.stg),([1-9]\d{0,4}),([1-9]\d{0,8})$/.exec(content.trim()) ?? [];
    if (graph === undefined) {
      problem(
        line,
        "must be a graph's file, a number of machines and a makespan, such as `rand0000.stg,2,131`",
      );
      continue;
    }
    const key = `${graph},${machines}`;
    const before = seen.get(key);
    if (before !== undefined) problem(line, `a second row for ${key}: the first is in line ${before}`);
    seen.set(key, line);
    rows.push({ graph, machines: Number(machines), makespan: Number(makespan), line });
  }
  if (problems.length === 0 && rows.length === 0) problem(1, 'has no row');
  return { rows, problems };
}
