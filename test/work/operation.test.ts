import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReleaseStepInput } from '../../src/domain/activities.ts';
import type { Home } from '../../src/homes/home.ts';
import { readNote, writeNote } from '../../src/homes/notes.ts';
import { processesWith } from '../../src/processes/process-table.ts';
import { releaseStep } from '../../src/work/release.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { type TinyRepository, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

/** Tells how often it ran, and does what the test says. */
const DEPLOY = `echo ran >> {dir}/runs; if [ -e {dir}/does ]; then . {dir}/does; fi; echo '{"url": "http://here", "n": 1}'`;

let home: Home;
let shop: Workshop;
let site: Site;
let tiny: TinyRepository;
let input: ReleaseStepInput;
const step = (more: { execution?: string; signal?: AbortSignal } = {}) =>
  releaseStep(shop, site, input, { signal: new AbortController().signal, execution: 'execution', ...more });
const runs = async () => ((await tiny.read('runs')) ?? '').split('\n').length - 1;
const note = () => readNote(home.paths, { feature: 'operated', packet: 'release' });
const carriers = async () =>
  (await processesWith({ BATON_OPERATION_ID: input.operationId })).map(({ pid }) => pid);

beforeEach(async () => {
  tiny = await tinyRepository({}, { release: { staging: { deploy: DEPLOY } } });
  const { input: run, ...begun } = await begunFeature(tiny, 'operated');
  ({ home, shop, site } = begun);
  input = {
    ...site.ref,
    place: run.place,
    commit: run.start,
    version: 'v1',
    environment: 'staging',
    step: 'deploy',
    operationId: `operated-${process.pid}-1-deploy`,
  };
});
afterEach(async () => {
  for (const pid of await carriers()) process.kill(pid, 'SIGKILL');
  await home.release();
});

it('is not run again if its result was noted', async () => {
  const first = await step();
  expect(first).toMatchObject({ ok: true, url: 'http://here', figures: { n: 1 } });
  expect(await step()).toEqual(first);
  expect(await runs()).toBe(1);
  // Of a feature that was started again under its id it is another's.
  await step({ execution: 'another' });
  expect(await runs()).toBe(2);
});

it('is noted before it is started, and with its process then', async () => {
  await tiny.put('does', `cp ${home.paths.session('operated', 'release')} ${tiny.hold('noted')}`);
  await step();
  const noted = JSON.parse((await tiny.read('noted')) ?? '') as Record<string, unknown>;
  expect(noted).toMatchObject({ operationId: input.operationId, operationRun: expect.any(String) });
});

it('is not run beside what an earlier try left, which is ended and gone first, also without its process id', async () => {
  // In a session of its own, and deaf to SIGTERM for a moment: as after SIGKILL of all that had started it.
  await tiny.put(
    'does',
    `trap 'sleep 1; exit 1' TERM; setsid sleep 60 & echo up > ${tiny.hold('up')}; while :; do sleep 0.1; done`,
  );
  const first = step().catch(() => undefined);
  await expect.poll(() => tiny.read('up')).toBe('up\n');
  const left = await carriers();
  expect(left.length).toBeGreaterThan(1);
  const { pid: _, startTime: __, ...before } = (await note()) as Record<string, unknown>;
  await writeNote(home.paths, before as never);
  await tiny.put('does', `ps -o pid= -p ${left.join(',')} > ${tiny.hold('beside')}`);
  expect((await step()).ok).toBe(true);
  expect(await tiny.read('beside')).toBe('');
  expect(await runs()).toBe(2);
  await first;
});

it('leaves what a command left that had ended by itself', async () => {
  await tiny.put('does', 'setsid sleep 60 &');
  await step();
  const service = await carriers();
  expect(service).toHaveLength(1);
  const { ended: _, ...cutOff } = (await note()) as Record<string, unknown>;
  await writeNote(home.paths, cutOff as never);
  await writeFile(path.join(tiny.dir, 'does'), '');
  await step();
  expect(await runs()).toBe(2);
  expect(await carriers()).toEqual(service);
  expect(await readFile(path.join(tiny.dir, 'runs'), 'utf8')).toBe('ran\nran\n');
});

it('that is cut off is ended with all that it started', async () => {
  await tiny.put('does', `setsid sleep 60 & echo up > ${tiny.hold('up')}; sleep 60`);
  const cut = new AbortController();
  const failed = expect(step({ signal: cut.signal })).rejects.toThrow();
  await expect.poll(() => tiny.read('up')).toBe('up\n');
  cut.abort();
  await failed;
  expect(await carriers()).toEqual([]);
});
