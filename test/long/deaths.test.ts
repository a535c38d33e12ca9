import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev-server/dev-server.ts';
import { releaseWorkflowId } from '../../src/domain/ids.ts';
import { listProcesses, processesWith, startTimeOf } from '../../src/processes/process-table.ts';
import { CutOffProxy } from '../support/cut-off-proxy.ts';
import { Engine, until } from '../support/engine.ts';
import {
  plainWork,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';

/** `PENDING_ACTIVITY_STATE_STARTED`: a worker has it, as far as the server knows. */
const STARTED = 2;
/** As many deaths of its worker as a work may have. */
const DEATHS = 10;

describe('SIGKILL of a worker, ten times', () => {
  const waiting = ['waits-1', 'waits-2', 'waits-3'];
  let engine: Engine;
  let tiny: TinyRepository;

  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
    const hold = 'echo $$ > {dir}/check.reached; while [ ! -e {dir}/check.release ]; do sleep 0.05; done';
    tiny = await tinyRepository(
      {
        design: [[{ hold: '{dir}/{feature}' }, ...tinyDesign([tinyPacket('one', { criteria: [] })])]],
        one: [plainWork('one')],
      },
      { ...unattended, checks: { test: `if [ "$BATON_FEATURE" = deadly ]; then ${hold}; fi` } },
    );
  }, 60_000);
  afterAll(() => engine?.stop());

  it('asks about the one work that was under way each time, and lands what waited for the slot', async () => {
    const env = { BATON_WORKER_AGENTS: '1' };
    let worker = await engine.workerProcess(env);
    // Its base is measured, which takes no slot; the designers of all others want the one that there is.
    await tiny.release('deadly');
    const deadly = await engine.feature(tiny, { id: 'deadly' });
    await tiny.reached('check');
    const features = await Promise.all(waiting.map((id) => engine.feature(tiny, { id })));
    const designs = async (id: string) => {
      const { raw } = await engine.client.workflow.getHandle(`feature:${id}`).describe();
      return (
        raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'design')?.state === STARTED
      );
    };
    for (let death = 1; death <= DEATHS; death++) {
      await tiny.reached('check');
      for (const id of waiting) await until(`${id} is designed, or waits for the slot`, () => designs(id));
      worker.kill('SIGKILL');
      await worker.ended;
      await tiny.forget('check');
      worker = await engine.workerProcess(env);
    }
    const { prompt, options, recommended } = await deadly.item('environment');
    expect(prompt).toMatch(/failed: the worker of home \w+, .*, died 10 times while this was under way/);
    expect([options, recommended]).toEqual([['retry', 'stop'], 'stop']);
    for (const id of waiting) await tiny.release(id);
    for (const feature of features)
      expect(await feature.report()).toMatchObject({
        outcome: 'landed',
        decisions: [{ kind: 'design-approval', automatic: true }],
      });
    await tiny.release('check');
    await deadly.decide('environment', 'retry');
    expect((await deadly.report()).outcome).toBe('landed');
  }, 400_000);
});

/**
 * A release's command that tells each start and end with its process, and lives on for a while when it is asked to end,
 * with a helper of its own in another session that would shift traffic later.
 */
const DEPLOY = `#!/bin/sh
trap 'sleep 3; echo "ends $$" >> {dir}/deploys; exit 1' TERM
echo "begins $$" >> {dir}/deploys
setsid sh -c 'sleep 12; echo "shifts $$" >> {dir}/deploys' &
[ -e {dir}/deploy.release ] || echo $$ > {dir}/deploy.reached
n=0
while [ $n -lt 200 ] && [ ! -e {dir}/deploy.release ]; do sleep 0.1; n=$((n + 1)); done
echo "ends $$" >> {dir}/deploys
`;

const parentOf = async (pid: number): Promise<number> =>
  (await listProcesses()).find((each) => each.pid === pid)?.parent ?? 0;

/** Whether two were ever at work at once, by what they told. */
const together = (text: string): number => {
  let [now, most] = [0, 0];
  for (const line of text.trim().split('\n')) {
    if (line.startsWith('begins')) now += 1;
    if (line.startsWith('ends')) now -= 1;
    most = Math.max(most, now);
  }
  return most;
};

describe('a command of a release, cut off', () => {
  let server: DevServer;
  let engine: Engine;
  beforeAll(async () => {
    const dbFilename = path.join(await mkdtemp(path.join(tmpdir(), 'baton-deaths-')), 'temporal.db');
    server = await startDevServer({ dbFilename, port: 0, uiPort: 0, executable: inject('temporalCli') });
    engine = await Engine.start(server.address, { worker: false });
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await server?.stop();
  });

  const deploying = async (id: string) => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one', { criteria: [] })])], one: [plainWork('one')] },
      { ...unattended, release: { staging: { deploy: 'sh ops/deploy.sh' } } },
      { 'ops/deploy.sh': DEPLOY },
    );
    const feature = await engine.feature(tiny, { id });
    return { tiny, feature, first: await tiny.reached('deploy') };
  };
  const carriers = async (id: string) => {
    const found = await processesWith({ BATON_FEATURE: id, BATON_ENVIRONMENT: 'staging' });
    return found.map(({ pid }) => pid);
  };
  const journal = async (tiny: TinyRepository) => (await tiny.read('deploys')) ?? '';

  it('by SIGKILL of its worker and of the process that started it, is ended and gone before it begins again', async () => {
    let worker = await engine.workerProcess();
    const { tiny, feature, first } = await deploying('killed');
    const before = await carriers('killed');
    // The launcher too, or it would end the command by itself.
    const launcher = await parentOf(first);
    process.kill(launcher, 'SIGSTOP');
    worker.kill('SIGKILL');
    await worker.ended;
    process.kill(launcher, 'SIGKILL');
    await tiny.forget('deploy');
    worker = await engine.workerProcess();
    const second = await tiny.reached('deploy');
    expect(await startTimeOf(first)).toBeUndefined();
    expect((await carriers('killed')).filter((pid) => before.includes(pid))).toEqual([]);
    await tiny.release('deploy');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(second).not.toBe(first);
    expect(together(await journal(tiny))).toBe(1);
    worker.kill('SIGTERM');
    await worker.ended;
  }, 120_000);

  it('by a server that was out of reach for longer than its heartbeats may be, is ended before it begins again', async () => {
    const network = await CutOffProxy.start(server.address);
    const worker = await engine.workerProcess({ TEMPORAL_ADDRESS: network.address });
    const { tiny, feature, first } = await deploying('away');
    const before = await carriers('away');
    await tiny.forget('deploy');
    network.sever();
    const release = engine.client.workflow.getHandle(releaseWorkflowId('away'));
    await until('the server gives the attempt up', async () =>
      ((await release.describe()).raw.pendingActivities ?? []).some(({ attempt }) => (attempt ?? 1) > 1),
    );
    network.mend();
    const second = await tiny.reached('deploy');
    expect(second).not.toBe(first);
    expect(await startTimeOf(first)).toBeUndefined();
    expect((await carriers('away')).filter((pid) => before.includes(pid))).toEqual([]);
    await tiny.release('deploy');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(together(await journal(tiny))).toBe(1);
    worker.kill('SIGTERM');
    await worker.ended;
    await network.stop();
  }, 120_000);
});
