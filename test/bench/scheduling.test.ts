import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBest } from '../../bench/scheduling/parse-best.ts';
import { parseStg } from '../../bench/scheduling/parse-stg.ts';
import { randomNumbers } from '../../bench/scheduling/random.ts';
import { firstInFirstOut, packetsOf, runGraphs } from '../../bench/scheduling/run.ts';
import { summarise, summaryLines } from '../../bench/scheduling/summary.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { makespan, simulate } from '../../src/domain/simulate.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

// Longest path first ends this at 6 on two machines; in the order of the ids it takes 9.
const GRAPH = `          4
          0          0          0
          1          3          1          0
          2          3          1          0
          3          2          1          0
          4          4          1          3
          5          0          3          1          2          4
# Standard Task Graph
# Tasks : 4
`;

describe('a graph file', () => {
  it('is read with its dummies, comments aside', () => {
    const parsed = parseStg(GRAPH, 'g.stg');
    expect(parsed.ok && parsed.tasks).toHaveLength(6);
    expect(parsed.ok && parsed.tasks[4]).toEqual({ id: 4, time: 4, predecessors: [3] });
    expect(parseStg(GRAPH.replaceAll('\n', '\r\n'), 'g.stg')).toEqual(parsed);
  });

  it.each([
    ['nothing', '', 'g.stg:1: must begin with the number of tasks'],
    ['words for the number', GRAPH.replace('4', 'four'), 'g.stg:1: must begin with the number of tasks'],
    [
      'a task without its predecessors',
      GRAPH.replace('3          1          0\n', '3          1\n'),
      'g.stg:3: names 0 predecessors',
    ],
    ['words for a time', GRAPH.replace('3          2 ', '3  x '), 'g.stg:5: must be a task'],
    ['a negative time', GRAPH.replace('3          2 ', '3  -2 '), 'g.stg:5: must be a task'],
    [
      'a task out of order',
      GRAPH.replace('          2  ', '          7  '),
      'g.stg:4: is task 7, where 2 comes',
    ],
    ['fewer predecessors than said', GRAPH.replace('2          4\n', '2\n'), 'g.stg:7: names 2 predecessors'],
    ['a predecessor twice', GRAPH.replace('2          4\n', '2          2\n'), 'g.stg:7: task 5 names'],
    [
      'a task that waits for a later one',
      GRAPH.replace('1          3\n', '1          5\n'),
      'g.stg:6: task 4',
    ],
    ['fewer tasks than announced', GRAPH.replace('4', '9'), 'g.stg:7: ends after 6 tasks: 11 were announced'],
    ['more tasks than announced', GRAPH.replace('4', '2'), 'g.stg:7: ends after 6 tasks: 4 were announced'],
  ])('with %s is refused with its line', (_what, text, expected) => {
    const parsed = parseStg(text, 'g.stg');
    expect(parsed.ok ? '' : formatProblems(parsed.problems)).toContain(expected);
  });
});

describe('published-best.csv', () => {
  it('has a row a graph and machine count', () => {
    const { rows, problems } = parseBest('graph,machines,makespan\r\ng.stg,2,6\r\n', 'p.csv');
    expect({ rows, problems }).toEqual({
      rows: [{ graph: 'g.stg', machines: 2, makespan: 6, line: 2 }],
      problems: [],
    });
  });

  it.each([
    ['no head', 'g.stg,2,6\n', 'p.csv:1: must begin with the line `graph,machines,makespan`'],
    ['no row', 'graph,machines,makespan\n', 'p.csv:1: has no row'],
    ['a row too short', 'graph,machines,makespan\ng.stg,2\n', "p.csv:2: must be a graph's file"],
    ['no machines', 'graph,machines,makespan\ng.stg,0,6\n', "p.csv:2: must be a graph's file"],
    ['a file elsewhere', 'graph,machines,makespan\n../g.stg,2,6\n', "p.csv:2: must be a graph's file"],
    ['a row twice', 'graph,machines,makespan\ng.stg,2,6\ng.stg,2,7\n', 'p.csv:3: a second row for g.stg,2'],
  ])('with %s is refused with its line', (_what, text, expected) => {
    expect(formatProblems(parseBest(text, 'p.csv').problems)).toContain(expected);
  });
});

describe('the run of a graph', () => {
  const parsed = parseStg(GRAPH, 'g.stg');
  const tasks = parsed.ok ? parsed.tasks : [];
  const graph = { name: 'g.stg', tasks, best: [{ graph: 'g.stg', machines: 2, makespan: 6, line: 2 }] };

  it('compares the scheduler with first in, first out', () => {
    const [result] = runGraphs([graph], 1);
    expect(result).toMatchObject({ graph: 'g.stg', machines: 2, exact: 1, fifo: 9 / 6 });
    expect(makespan(simulate(packetsOf(tasks), 2, { choose: firstInFirstOut() }))).toBe(9);
  });

  it('is the same for the same seed', () => {
    expect(runGraphs([graph], 7)).toEqual(runGraphs([graph], 7));
    const [one, other] = [randomNumbers('1 g'), randomNumbers('2 g')];
    const numbers = Array.from({ length: 1000 }, one);
    expect(numbers).not.toEqual(Array.from({ length: 1000 }, other));
    expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(numbers.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });

  it('is told by machine count and over all, as table and as JSON', () => {
    const results = [
      { graph: 'a', machines: 2, exact: 1, estimates: 1.1, fifo: 1.2 },
      { graph: 'b', machines: 2, exact: 1.5, estimates: 1.1, fifo: 1.4 },
      { graph: 'a', machines: 16, exact: 1, estimates: 1, fifo: 1 },
    ];
    const summary = summarise(results, 3);
    expect(summary).toEqual({
      graphs: 2,
      seed: 3,
      machines: {
        2: {
          mean: 1.25,
          worst: 1.5,
          estimates: { mean: 1.1, worst: 1.1 },
          fifo: { mean: 1.3, worst: 1.4 },
        },
        16: { mean: 1, worst: 1, estimates: { mean: 1, worst: 1 }, fifo: { mean: 1, worst: 1 } },
      },
      all: {
        mean: 1.1667,
        worst: 1.5,
        estimates: { mean: 1.0667, worst: 1.1 },
        fifo: { mean: 1.2, worst: 1.4 },
      },
    });
    expect(summaryLines(summary)).toHaveLength(4);
  });
});

describe('npm run bench:scheduling', () => {
  let folder: string;
  const bench = async (...args: string[]) => {
    const argv = ['--import', 'tsx', `${ROOT}bench/scheduling/main.ts`, ...args];
    const { stdout, stderr, exitCode } = await execa(process.execPath, argv, {
      cwd: ROOT,
      reject: false,
      stdin: 'ignore',
      timeout: 30_000,
    });
    return { stdout, stderr: stderr.replaceAll(`${folder}/`, ''), exitCode };
  };
  const made = async (name: string, files: Record<string, string>) => {
    const into = path.join(folder, name);
    await mkdir(into);
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(into, file), text);
    return into;
  };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'baton-bench-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('ends with the figures as one line of JSON', async () => {
    const at = await made('good', {
      'g.stg': GRAPH,
      'published-best.csv': 'graph,machines,makespan\ng.stg,2,6\n',
    });
    const { stdout, exitCode } = await bench(at);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      graphs: 1,
      machines: { 2: { mean: 1, worst: 1, fifo: { mean: 1.5 } } },
    });
  });

  it('refuses a folder that is wrong, naming file and line', async () => {
    expect(await bench()).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage'),
    });
    const none = await bench(path.join(folder, 'none'));
    expect(none).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("none:1: can't be read as a folder"),
    });
    const noCsv = await bench(await made('no-csv', { 'g.stg': GRAPH }));
    expect(noCsv).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^no-csv\/published-best\.csv:1: /),
    });
    const wrong = await bench(
      await made('wrong', {
        'g.stg': GRAPH.replace('3          2 ', '3  x '),
        'h.stg': GRAPH,
        'published-best.csv': 'graph,machines,makespan\ng.stg,2,6\nx.stg,2,6\n',
      }),
    );
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stdout).toBe('');
    expect(wrong.stderr.split('\n')).toEqual([
      expect.stringContaining('wrong/g.stg:5: must be a task'),
      'wrong/h.stg:1: has no row in published-best.csv',
      'wrong/published-best.csv:3: there is no graph x.stg in the folder',
    ]);
  });
});
