import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalArtifactStore } from '../../../src/artifacts/local-artifact-store.ts';
import { openHome } from '../../../src/homes/home.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { type RunRecord, recordRun, transcriptFile } from '../../../src/homes/runs.ts';
import { until } from '../../support/until.ts';
import { baton } from '../in-process.ts';
import { at, begun } from '../run-records.ts';
import { report } from '../samples.ts';

let folder: string;
let id: string;
let store: LocalArtifactStore;
const paths = () => homePaths(folder);
const logs = (...args: string[]) => baton('logs', 'prefs', ...args, '--home', folder);

beforeEach(async () => {
  // Whoever runs the tests may have a server, or want colours.
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('NO_COLOR', '1');
  folder = await mkdtemp(path.join(tmpdir(), 'baton-logs-'));
  const home = await openHome(folder);
  id = home.id;
  await home.release();
  store = new LocalArtifactStore(paths().artifacts, id);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const entries = (second: number, ...all: object[]) =>
  all.map((entry) => `${JSON.stringify({ at: at(second), ...entry })}\n`).join('');
const prompt = {
  kind: 'prompt',
  text: Array.from({ length: 10 }, (_, line) => `line ${line + 1}`).join('\n'),
};
const said = (text: string) => ({ kind: 'stderr', text });

/** A run that has ended, with what was said in it. */
async function ended(run: RunRecord, text: string): Promise<RunRecord> {
  const transcript = await store.put(text, 'application/jsonl');
  const record = { ...run, outcome: 'done' as const, durationMs: 2000, resumed: false, transcript };
  await recordRun(paths(), 'prefs', run);
  await recordRun(paths(), 'prefs', record);
  return record;
}

/** A run that goes on. */
async function running(run: RunRecord, text: string): Promise<void> {
  await recordRun(paths(), 'prefs', run);
  const file = transcriptFile(paths(), 'prefs', run);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function saveReport(runs: readonly object[]): Promise<void> {
  await writeFile(path.join(folder, 'reports', 'prefs.json'), JSON.stringify({ ...report, runs }));
}

describe('baton logs', () => {
  it('shows every run of the home, oldest first, those that go on as far as they are', async () => {
    await ended(begun('storage', 1, 0), entries(1, prompt, said('\u001b[2Jslow')));
    await running(begun('api', 1, 2), `${entries(3, said('hello'))}{"at":"half a li`);
    const { stdout, stderr, exitCode } = await logs();
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n')).toEqual([
      'storage, run 1 · tdd-typescript · runner command · model unknown',
      'started 2026-03-01 10:00:00 UTC · done · duration 2.0 s · tokens in unknown, out unknown · cost unknown',
      '  0:01.0  prompt      line 1',
      ...Array.from({ length: 7 }, (_, line) => `                      line ${line + 2}`),
      '                      … 2 more lines (--full)',
      '  0:01.0  stderr      <U+001B>[2Jslow',
      '',
      'api, run 1 · tdd-typescript · runner command · model unknown',
      'started 2026-03-01 10:00:02 UTC · has not ended',
      '  0:01.0  stderr      hello',
    ]);
    expect((await logs('--full')).stdout).toContain('line 10\n');
  });

  it('shows one packet, or one run, and says which there are', async () => {
    await ended(begun('storage', 1, 0), entries(0, said('first')));
    await ended(begun('storage', 2, 5), entries(5, said('second')));
    await ended(begun('api', 2, 6), entries(6, said('third')));
    const found = async (...args: string[]) => (await logs(...args)).stdout.match(/first|second|third/g);
    expect(await found('storage')).toEqual(['first', 'second']);
    expect(await found('--run', '2')).toEqual(['second', 'third']);
    expect(await found('storage', '--run', '2')).toEqual(['second']);
    const none = await logs('api', '--run', '1');
    expect(none).toMatchObject({ stdout: '', exitCode: 2 });
    expect(none.stderr).toContain(
      `no run of api with the number 1 in the home ${folder}; there are: storage 1, storage 2, api 2.`,
    );
  });

  it('prints the entries as they were kept, with packet and run, a JSON document a line', async () => {
    await ended(begun('storage', 3, 0), `${entries(1, prompt, { kind: 'weather' })}torn\n`);
    const { stdout } = await logs('--json');
    expect(stdout.split('\n').map((line) => JSON.parse(line))).toEqual([
      { at: at(1), ...prompt, packet: 'storage', run: 3 },
      { at: at(1), kind: 'weather', packet: 'storage', run: 3 },
      { kind: 'unreadable', text: 'torn', packet: 'storage', run: 3 },
    ]);
  });

  it('finds by the report a run that a crash kept from being noted, and says which are in other homes', async () => {
    const { transcript } = await ended(begun('storage', 1, 0), entries(0, said('first')));
    const missed = { ...begun('storage', 2, 5), outcome: 'done', durationMs: 1, resumed: true, transcript };
    await recordRun(paths(), 'prefs', begun('storage', 2, 5));
    const away = { ...missed, packet: 'tests', run: 1, transcript: { ...transcript, home: 'zzzzzzzz' } };
    await saveReport([missed, away]);
    const { stdout, stderr, exitCode } = await logs();
    expect(stdout.match(/^\S+, run \d/gm)).toEqual(['storage, run 1', 'storage, run 2']);
    expect(stdout).toContain('a session of before');
    expect(stderr).toContain(
      `Not in this home (${id}, in ${folder}):\n  in the home zzzzzzzz: tests (run 1)\n`,
    );
    expect(exitCode).toBe(0);
    const only = await logs('tests', '--follow');
    expect(only).toMatchObject({ stdout: '', exitCode: 2 });
    expect(only.stderr).toMatch(/whose home\.json has that id: baton logs prefs tests --home <folder>$/);
  });

  it('refuses a packet that the feature does not have, naming the nearest', async () => {
    await ended(begun('storage', 1, 0), entries(0, said('first')));
    await saveReport([]);
    expect(await logs('storag')).toMatchObject({
      exitCode: 2,
      stderr: 'baton: The feature "prefs" has no packet "storag": did you mean "storage"?',
    });
    expect((await logs('zebra')).stderr).toContain('has no packet "zebra"; there are design, storage, tests');
    expect(await logs('tests')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There is no run of tests in the home'),
    });
  });

  it('says that it knows nothing of a feature where neither home nor server do', async () => {
    for (const more of [[], ['--follow']])
      expect(await logs(...more)).toEqual({
        stdout: '',
        exitCode: 2,
        stderr: `baton: The home ${folder} has no run of the feature "prefs", and no server tells where they are.\nName the home of the worker that made them with --home.`,
      });
    expect((await baton('logs', 'Not_an_id')).stderr).toContain('is not a feature id');
  });

  it('shows the others where a transcript is not there any more', async () => {
    await ended(begun('storage', 1, 0), entries(0, said('first')));
    await rm(paths().artifacts, { recursive: true });
    await ended(begun('api', 1, 1), entries(1, said('second')));
    await recordRun(paths(), 'prefs', begun('ui', 1, 2));
    const { stdout, stderr, exitCode } = await logs();
    expect(stdout).toContain('second');
    expect(stderr).toMatch(
      /^storage, run 1: its transcript can't be shown: artifact .* it may have been cleaned/,
    );
    expect(stderr).toContain('ui, run 1: its transcript is not there.');
    expect(exitCode).toBe(0);
  });

  it('follows without a server until it is interrupted, and says so', async () => {
    await ended(begun('storage', 1, 0), entries(0, said('first')));
    await running(begun('api', 1, 1), entries(1, said('second')));
    const before = process.listeners('SIGINT');
    const following = logs('--follow');
    const interrupt = await until('it can be interrupted', async () =>
      process.listeners('SIGINT').find((listener) => !before.includes(listener)),
    );
    interrupt('SIGINT');
    const { stdout, stderr, exitCode } = await following;
    expect(exitCode).toBe(130);
    expect(stdout.split('\n').slice(1)).toEqual([
      'api │ started 2026-03-01 10:00:01 UTC · has not ended',
      'api │   0:00.0  stderr      second',
    ]);
    expect(stderr.split('\n')).toEqual([
      'No server tells when the feature ends: it is followed until its report is in this home, or Ctrl-C.',
      'Not shown: 1 ended before. See: baton logs prefs',
      'Detached. The feature goes on by itself; all that was said so far: baton logs prefs',
    ]);
  });
});
