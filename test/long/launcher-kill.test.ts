import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { descendantsOf, environmentOf, startTimeOf } from '../../src/processes/process-table.ts';
import { Engine, until, type WorkerProcess } from '../support/engine.ts';
import {
  plainWork,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
  unattended,
} from '../support/tiny-repository.ts';

/** The worker's small process: its child that has nothing of its environment. */
const launcherOf = (worker: WorkerProcess): Promise<number> =>
  until('the worker has a launcher', async () => {
    for (const { pid, parent } of await descendantsOf(worker.pid as number)) {
      const environment = await environmentOf(pid);
      if (parent === worker.pid && environment !== undefined && !('BATON_HOME' in environment)) return pid;
    }
    return undefined;
  });
const isGone = (pid: number) =>
  until(`${pid} is gone`, async () => (await startTimeOf(pid)) === undefined || undefined);

describe('SIGKILL of the small process that starts all others', () => {
  let engine: Engine;
  let worker: WorkerProcess;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
    worker = await engine.workerProcess();
  });
  afterAll(() => engine?.stop());

  it('while an agent and a check run: both are ended, both are done again, and the feature lands', async () => {
    const holding = tinyWork('worked', { hold: '{dir}/worked' });
    const hold = 'echo $$ > "{dir}/check.reached"; while [ ! -e "{dir}/check.release" ]; do sleep 0.05; done';
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(['checked', 'worked'].map((id) => tinyPacket(id, { criteria: [] })))],
        checked: [plainWork('checked')],
        // The same script again: the run that was cut off is resumed.
        worked: [holding, holding],
      },
      { ...unattended, checks: { test: `if [ -e src/checked.txt ]; then ${hold}; fi` } },
    );
    const feature = await engine.feature(tiny, { id: 'launcher' });
    const [agent, check] = [await tiny.reached('worked'), await tiny.reached('check')];
    process.kill(await launcherOf(worker), 'SIGKILL');
    await isGone(agent);
    await isGone(check);
    await tiny.release('worked');
    await tiny.release('check');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed' });
    expect(report.packets.map(({ status }) => status)).toEqual(['merged', 'merged']);
    const tasks = await tiny.tasks('worked');
    expect(tasks.map(({ resume }) => resume === null)).toEqual([true, false]);
    expect(await tiny.tasks('checked')).toHaveLength(1);
    // The worker is the same, with another small process.
    expect(await startTimeOf(worker.pid as number)).toBeDefined();
    expect(await startTimeOf(await launcherOf(worker))).toBeDefined();
  });
});
