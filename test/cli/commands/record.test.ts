import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalArtifactStore } from '../../../src/artifacts/local-artifact-store.ts';
import type { ArtifactRef } from '../../../src/domain/artifact.ts';
import type { RunOutcome } from '../../../src/domain/run-end.ts';
import { openHome } from '../../../src/homes/home.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { type RunRecord, recordRun } from '../../../src/homes/runs.ts';
import { baton } from '../in-process.ts';
import { at, begun } from '../run-records.ts';
import { report } from '../samples.ts';

let folder: string;
let store: LocalArtifactStore;
const paths = () => homePaths(path.join(folder, 'home'));
const to = () => path.join(folder, 'recordings');
const record = (...args: string[]) => baton('record', 'prefs', ...args, '--to', to(), '--home', paths().dir);

beforeEach(async () => {
  // Whoever runs the tests may have a server.
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  folder = await mkdtemp(path.join(tmpdir(), 'baton-record-'));
  const home = await openHome(paths().dir);
  await home.release();
  store = new LocalArtifactStore(paths().artifacts, home.id);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const commit = (from: string, made: string, patch: ArtifactRef | null, reason?: string) => ({
  kind: 'commit',
  from,
  commit: made,
  message: `work ${made}`,
  files: [],
  patch,
  ...(reason !== undefined && { reason }),
});
const session = { kind: 'event', event: { type: 'session', id: 's' } };
const result = { kind: 'event', event: { type: 'result', result: { status: 'done', summary: 'x' } } };
const end = (outcome = 'result') => ({ kind: 'baton', text: 'the run ended', ended: { outcome } });

/** A run that has ended, with these entries in its transcript. */
async function ended(run: RunRecord, outcome: RunOutcome, ...entries: object[]): Promise<RunRecord> {
  const text = entries.map((entry) => `${JSON.stringify({ at: run.startedAt, ...entry })}\n`).join('');
  const transcript = await store.put(text, 'application/jsonl');
  const whole = { ...run, outcome, durationMs: 1, resumed: false, transcript };
  await recordRun(paths(), 'prefs', whole);
  return whole;
}
const saveReport = (runs: readonly object[]) =>
  writeFile(path.join(paths().dir, 'reports', 'prefs.json'), JSON.stringify({ ...report, runs }));

describe('baton record', () => {
  it('writes a file for each run, one for a run that was interrupted and made again, and the patches beside it', async () => {
    const patch = await store.put('a patch', 'text/x-diff');
    await ended(begun('storage', 1, 0), 'cancelled', session, end('cancelled'), commit('t', 'c1', patch));
    await ended(begun('storage', 1, 9), 'done', session, result, end(), commit('c1', 'c2', patch));
    await ended(begun('api', 1, 20), 'done', result, end());
    const { stdout, stderr, exitCode } = await record('storage');
    expect({ stdout, exitCode }).toEqual({ stdout: path.join(to(), 'storage.1.jsonl'), exitCode: 0 });
    expect(stderr).toContain('1 run recorded. To play, in baton.yaml: crew: ');
    expect((await readdir(to())).sort()).toEqual([
      'storage.1.1.patch',
      'storage.1.2.patch',
      'storage.1.jsonl',
    ]);
    expect(await readFile(path.join(to(), 'storage.1.2.patch'), 'utf8')).toBe('a patch');
    const lines = (await readFile(path.join(to(), 'storage.1.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'run', version: 1, feature: 'prefs', packet: 'storage', run: 1, outcome: 'done' },
      { event: { type: 'session' } },
      { kind: 'edits', commit: 'c1', patch: 'storage.1.1.patch' },
      { event: { type: 'session' } },
      { kind: 'edits', commit: 'c2', patch: 'storage.1.2.patch' },
      { event: { type: 'result' } },
    ]);
  });

  it('says of each run what can not be played, and ends with 1', async () => {
    const kept = await ended(
      begun('storage', 1, 0),
      'done',
      result,
      end(),
      commit('t', 'c1', null, 'it is secret'),
    );
    const gone = {
      digest: `sha512-${'A'.repeat(86)}==`,
      size: 1,
      mediaType: 'text/x-diff',
      home: store.homeId,
    };
    await ended(begun('api', 1, 1), 'done', result, end(), commit('t', 'c2', gone));
    const lost = await ended(begun('api', 2, 2), 'done', result);
    await recordRun(paths(), 'prefs', { ...lost, run: 3, startedAt: at(3), transcript: gone });
    await recordRun(paths(), 'prefs', begun('web', 1, 4));
    await saveReport([{ ...kept, packet: 'web', run: 2, transcript: { ...gone, home: 'another' } }]);
    const { stderr, exitCode } = await record();
    expect(exitCode).toBe(1);
    for (const said of [
      '  storage, run 1: the edits of "work c1": it is secret\n',
      '  api, run 1: its patch api.1.1.patch: artifact sha512-AAAA',
      '  api, run 2: an earlier version of Baton made it and kept no edits\n',
      '  api, run 3: its transcript is not there: artifact sha512-AAAA',
      '  web, run 1: it has not ended\n',
      'in the home another: web (run 2)\n',
      'baton record prefs --to <folder> --home <folder>',
      '3 runs recorded.',
    ])
      expect(stderr).toContain(said);
  });

  it('tells all of it as one JSON document', async () => {
    const kept = await ended(
      begun('storage', 1, 0),
      'done',
      result,
      end(),
      commit('t', 'c1', null, 'it is secret'),
    );
    await saveReport([
      { ...kept, run: 2, transcript: { ...(kept.transcript as ArtifactRef), home: 'another' } },
    ]);
    const { stdout, stderr } = await record('--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      folder: to(),
      written: [{ packet: 'storage', run: 1, outcome: 'done', file: path.join(to(), 'storage.1.jsonl') }],
      missing: [
        { packet: 'storage', run: 1, why: 'the edits of "work c1": it is secret' },
        { packet: 'storage', run: 2, why: 'it is in the home another' },
      ],
    });
  });

  it('refuses a folder that is not empty, a packet that is not there, and a home without runs', async () => {
    await ended(begun('storage', 1, 0), 'done', result, end());
    await saveReport([]);
    expect(await record('storrage')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('"storage"?'),
    });
    const into = await baton('record', 'prefs', '--to', folder, '--home', paths().dir);
    expect(into).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${folder} isn't empty`) });
    const none = await baton('record', 'other', '--to', to(), '--home', paths().dir);
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has no run of the feature') });
    expect(await readdir(folder)).toEqual(['home']);
  });
});
