import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalArtifactStore } from '../../../src/artifacts/local-artifact-store.ts';
import { followRuns } from '../../../src/cli/logs/follow-runs.ts';
import type { RunOutcome } from '../../../src/domain/run-end.ts';
import { type HomePaths, homePaths } from '../../../src/homes/paths.ts';
import { type RunRecord, recordRun, transcriptFile } from '../../../src/homes/runs.ts';
import { until } from '../../support/until.ts';

let home: HomePaths;
let store: LocalArtifactStore;
let over: boolean;
beforeEach(async () => {
  home = homePaths(await mkdtemp(path.join(tmpdir(), 'baton-follow-')));
  store = new LocalArtifactStore(home.artifacts, 'aaaaaaaa');
  over = false;
});
afterEach(() => rm(home.dir, { recursive: true, force: true }));

const begun = (packet: string, run = 1): RunRecord => ({
  packet,
  run,
  role: 'tdd-typescript',
  runner: 'command',
  startedAt: '2026-03-01T10:00:00.000Z',
});
const begin = (run: RunRecord) => recordRun(home, 'prefs', run);
async function say(run: RunRecord, text: string): Promise<void> {
  const file = transcriptFile(home, 'prefs', run);
  await mkdir(path.dirname(file), { recursive: true });
  await appendFile(file, text);
}
/** As a worker ends a run: kept, noted, its file gone. */
async function end(run: RunRecord, outcome: RunOutcome = 'done'): Promise<void> {
  const file = transcriptFile(home, 'prefs', run);
  const transcript = await store.put({ file }, 'application/jsonl');
  await recordRun(home, 'prefs', { ...run, outcome, transcript });
  await rm(file);
}

/** Follows, with what was shown so far. */
function follow(packet?: string) {
  const shown: string[] = [];
  const starts: number[][] = [];
  const detach = new AbortController();
  const name = (run: RunRecord) => `${run.packet} ${run.run}`;
  const ended = followRuns({
    home,
    feature: 'prefs',
    store,
    printer: {
      head: (run) => shown.push(`${name(run)} begins`),
      lines: (run, lines) => shown.push(...lines.map((line) => `${name(run)}: ${line}`)),
      end: (run) => shown.push(`${name(run)} ${run.outcome}`),
    },
    wanted: (run) => packet === undefined || run.packet === packet,
    ended: async () => over,
    signal: detach.signal,
    onStart: (...counts) => starts.push(counts),
  });
  const shows = (...lines: string[]) =>
    until(lines.join(', '), async () => lines.every((line) => shown.includes(line)));
  return { shown, starts, shows, ended, detach };
}

describe('runs that are followed', () => {
  it('are shown from their beginning as they go on, a line as soon as it is whole', async () => {
    const one = begun('one');
    await begin(one);
    await say(one, 'a\nb\nhal');
    const { shown, starts, shows, ended } = follow();
    await shows('one 1: b');
    await say(one, 'f\nc\n');
    await shows('one 1: c');
    over = true;
    await ended;
    expect(shown).toEqual(['one 1 begins', 'one 1: a', 'one 1: b', 'one 1: half', 'one 1: c']);
    expect(starts).toEqual([[0, 1]]);
  });

  it('are shown to their end, though their file is gone by then', async () => {
    const one = begun('one');
    await begin(one);
    await say(one, 'a\n');
    const { shown, shows, ended } = follow();
    await shows('one 1: a');
    await say(one, 'b\nc');
    await end(one);
    await shows('one 1 done');
    over = true;
    await ended;
    expect(shown).toEqual(['one 1 begins', 'one 1: a', 'one 1: b', 'one 1: c', 'one 1 done']);
  });

  it('are joined by those that begin later; those that had ended before are not shown', async () => {
    const [one, two, again] = [begun('one'), begun('two'), begun('one', 2)];
    await begin(one);
    await say(one, 'a\n');
    await end(one);
    const { shown, starts, shows, ended } = follow();
    await until('the start', async () => starts.length > 0);
    await begin(two);
    await say(two, 'b\n');
    await shows('two 1: b');
    await begin(again);
    await say(again, 'c\n');
    await say(two, 'd\n');
    await shows('one 2: c', 'two 1: d');
    over = true;
    await ended;
    expect(starts).toEqual([[1, 0]]);
    expect(shown).toHaveLength(5);
  });

  it('are shown twice where one was interrupted and made again, each time what was said then', async () => {
    const one = begun('one');
    await begin(one);
    await say(one, 'a\n');
    const { shown, shows, ended } = follow();
    await shows('one 1: a');
    await end(one, 'cancelled');
    await begin(one);
    await say(one, 'b\n');
    await shows('one 1: b');
    await end(one);
    await shows('one 1 done');
    over = true;
    await ended;
    expect(shown).toEqual([
      'one 1 begins',
      'one 1: a',
      'one 1 cancelled',
      'one 1 begins',
      'one 1: b',
      'one 1 done',
    ]);
  });

  it('are those of one packet where one is wanted; what came before the end is shown', async () => {
    const [one, two] = [begun('one'), begun('two')];
    const { shown, starts, ended } = follow('two');
    await until('the start', async () => starts.length > 0);
    for (const run of [one, two]) {
      await begin(run);
      await say(run, 'a\n');
    }
    over = true;
    await ended;
    expect(shown).toEqual(['two 1 begins', 'two 1: a']);
  });

  it('are left alone when the follower goes', async () => {
    await begin(begun('one'));
    await say(begun('one'), 'a\n');
    const { shows, ended, detach } = follow();
    await shows('one 1: a');
    detach.abort();
    await ended;
  });
});
