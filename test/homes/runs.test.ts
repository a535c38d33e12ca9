import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HomePaths, homePaths } from '../../src/homes/paths.ts';
import { type RunRecord, readRuns, recordRun } from '../../src/homes/runs.ts';

let home: HomePaths;
beforeEach(async () => {
  home = homePaths(await mkdtemp(path.join(tmpdir(), 'baton-runs-')));
});
afterEach(() => rm(home.dir, { recursive: true, force: true }));

const begun = (packet: string, run: number, startedAt = '2026-03-01T10:00:00.000Z'): RunRecord => ({
  packet,
  run,
  role: 'tdd-typescript',
  runner: 'command',
  startedAt,
});
const record = async (...records: RunRecord[]) => {
  for (const each of records) await recordRun(home, 'prefs', each);
};

it('a home that made no run of a feature has none', async () => {
  expect(await readRuns(home, 'prefs')).toEqual([]);
});

it('runs are there in the order they began, with what they came to', async () => {
  const [one, two] = [begun('one', 1), begun('two', 1)];
  await record(one, two, { ...one, outcome: 'done', durationMs: 5 });
  expect(await readRuns(home, 'prefs')).toEqual([{ ...one, outcome: 'done', durationMs: 5 }, two]);
  expect(await readRuns(home, 'other')).toEqual([]);
});

it('a run that a crash cut off goes on as the same; one that was interrupted and made again is another', async () => {
  const one = begun('one', 1);
  await record(one, one, { ...one, outcome: 'cancelled' }, one, one);
  expect(await readRuns(home, 'prefs')).toEqual([{ ...one, outcome: 'cancelled' }, one]);
  await record({ ...one, outcome: 'done' });
  expect((await readRuns(home, 'prefs')).map(({ outcome }) => outcome)).toEqual(['cancelled', 'done']);
});

it('what is left of an earlier feature of the same name is another run', async () => {
  const later = begun('one', 1, '2026-04-01T10:00:00.000Z');
  await record(begun('one', 1), later);
  expect(await readRuns(home, 'prefs')).toEqual([begun('one', 1), later]);
});

it('a line that is no record is passed over', async () => {
  await record(begun('one', 1));
  for (const junk of ['{"packet":"one","ru\n', 'null\n', '{"packet":7}\n', '\n', '[]\n'])
    await appendFile(path.join(home.dir, 'reports', 'prefs.runs.jsonl'), junk);
  await record(begun('two', 1));
  expect((await readRuns(home, 'prefs')).map(({ packet }) => packet)).toEqual(['one', 'two']);
});

it('an end that is told again is one, also after half a line', async () => {
  const one = begun('one', 1);
  const done = { ...one, outcome: 'done' } as const;
  await record(one, done);
  await appendFile(path.join(home.dir, 'reports', 'prefs.runs.jsonl'), '{"packet":"one","ru');
  await record({ ...done, durationMs: 5 }, begun('two', 1));
  expect(await readRuns(home, 'prefs')).toEqual([{ ...done, durationMs: 5 }, begun('two', 1)]);
});
