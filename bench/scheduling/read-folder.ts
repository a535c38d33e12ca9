import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Problem, sortProblems } from '../../src/config/problem.ts';
import { type PublishedBest, parseBest } from './parse-best.ts';
import { parseStg, type Task } from './parse-stg.ts';

export const BEST_FILE = 'published-best.csv';

/** A graph with what was published about it. */
export interface Graph {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly best: readonly PublishedBest[];
}

/** A folder of `.stg` graphs with their `published-best.csv`. Never throws; with problems it can't be used. */
export async function readGraphs(
  folder: string,
): Promise<{ readonly graphs: readonly Graph[]; readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const problem = (file: string, line: number, message: string) =>
    problems.push({ file, line, column: 1, message });
  const read = async (file: string): Promise<string | undefined> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      problem(file, 1, `can't be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const names = await readdir(folder).catch((error: Error) => {
    problem(folder, 1, `can't be read as a folder: ${error.message}`);
    return undefined;
  });
  if (names === undefined) return { graphs: [], problems };
  const bestFile = path.join(folder, BEST_FILE);
  const text = await read(bestFile);
  const { rows, problems: wrong } =
    text === undefined ? { rows: [], problems: [] } : parseBest(text, bestFile);
  problems.push(...wrong);
  const graphs: Graph[] = [];
  const files = names.filter((name) => name.endsWith('.stg')).sort();
  if (files.length === 0) problem(folder, 1, 'has no graph: they are files whose names end in .stg');
  for (const name of files) {
    const file = path.join(folder, name);
    const content = await read(file);
    const parsed = content === undefined ? undefined : parseStg(content, file);
    if (parsed?.ok === false) problems.push(...parsed.problems);
    const best = rows.filter(({ graph }) => graph === name);
    if (best.length === 0 && text !== undefined && wrong.length === 0)
      problem(file, 1, `has no row in ${BEST_FILE}`);
    if (parsed?.ok) graphs.push({ name, tasks: parsed.tasks, best });
  }
  for (const { graph, line } of rows)
    if (!files.includes(graph)) problem(bestFile, line, `there is no graph ${graph} in the folder`);
  return { graphs, problems: sortProblems(problems) };
}
