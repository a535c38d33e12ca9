import type { Problem } from '../../src/config/problem.ts';

/** A task of a graph in the Standard Task Graph format. */
export interface Task {
  readonly id: number;
  /** Processing time; 0 for the two dummies at the ends. */
  readonly time: number;
  readonly predecessors: readonly number[];
}

export type ParsedGraph =
  | { readonly ok: true; readonly tasks: readonly Task[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The set has graphs of up to 5000 tasks; what names more is no graph of it. */
const MOST_TASKS = 100_000;

/**
 * A `.stg` file: the number of real tasks, then a line a task (id, time, number of predecessors, their ids) with
 * a dummy of time 0 before and after them, then comments that begin with `#`.
 * Source of the format: Kasahara laboratory, Standard Task Graph Set.
 */
export function parseStg(text: string, file: string): ParsedGraph {
  const problems: Problem[] = [];
  const problem = (line: number, message: string) => problems.push({ file, line, column: 1, message });
  const rows = text
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
  const [head, ...rest] = rows;
  const wanted = head && wholeNumbers(head.content);
  if (!head || wanted?.length !== 1 || (wanted[0] ?? 0) < 1 || (wanted[0] ?? 0) > MOST_TASKS) {
    problem(head?.line ?? 1, 'must begin with the number of tasks, alone on its line');
    return { ok: false, problems };
  }
  const total = (wanted[0] ?? 0) + 2;
  const tasks: Task[] = [];
  for (const { line, content } of rest) {
    const [id, time, count, ...predecessors] = wholeNumbers(content) ?? [];
    if (id === undefined || time === undefined || count === undefined)
      problem(line, 'must be a task: id, processing time, number of predecessors and their ids');
    else if (id !== tasks.length) problem(line, `is task ${id}, where ${tasks.length} comes next`);
    else if (count !== predecessors.length)
      problem(line, `names ${predecessors.length} predecessors and says that there are ${count}`);
    else if (new Set(predecessors).size < count) problem(line, `task ${id} names a predecessor twice`);
    else {
      // The format lists tasks after what they wait for, so there can't be a cycle either.
      const later = predecessors.find((one) => one >= id);
      if (later !== undefined)
        problem(line, `task ${id} waits for task ${later}, which doesn't stand before it`);
      else tasks.push({ id, time, predecessors });
    }
    if (problems.length > 0) return { ok: false, problems };
  }
  if (tasks.length !== total)
    problem(
      rows.at(-1)?.line ?? 1,
      `ends after ${tasks.length} tasks: ${total} were announced, dummies included`,
    );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, tasks };
}

function wholeNumbers(text: string): number[] | undefined {
  const parts = text.split(/\s+/);
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? parts.map(Number) : undefined;
}
