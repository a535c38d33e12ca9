import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import { Engine, until } from '../support/engine.ts';
import { eventCounts } from '../support/history.ts';
import { plainWork, tinyDesign, tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';

const IDS = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];

/** A worker with two agent slots, so that most packets wait for a home, or in one. */
describe('a pause', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
    await engine.worker(engine.home, undefined, 2);
  });
  afterAll(() => engine.stop());

  it('holds back agents that waited for a slot of a worker, and resume begins them as if nothing had been', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(IDS.map((id) => tinyPacket(id)))],
        ...Object.fromEntries(IDS.map((id) => [id, [plainWork(id, { hold: `{dir}/${id}` })]])),
      },
      { ...unattended, concurrency: 6 },
    );
    const feature = await engine.feature(tiny, { id: 'held-back' });
    const begun = async () => {
      const reached = await Promise.all(IDS.map((id) => tiny.read(`${id}.reached`)));
      return IDS.filter((_, at) => reached[at]);
    };
    const first = await until('two agents are at work', async () => {
      const now = await begun();
      return now.length === 2 ? now : undefined;
    });
    await feature.signal('pause');
    await until('it is paused', async () => (await feature.status()).paused || undefined);
    for (const id of first) await tiny.release(id);
    const rest = IDS.filter((id) => !first.includes(id));
    await until('all others were held back, or one has begun', async () => {
      if ((await begun()).length > 2) return true;
      const failed = await Promise.all(
        rest.map(async (id) => {
          const packet = engine.client.workflow.getHandle(packetWorkflowId('held-back', id));
          return (await eventCounts(packet)).of('activityTaskFailed');
        }),
      );
      return failed.every((times) => times === 1) || undefined;
    });
    expect(await begun()).toEqual(first);
    for (const id of rest) await tiny.release(id);
    await feature.signal('resume');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    for (const id of IDS) {
      expect(await tiny.tasks(id)).toMatchObject([{ attempt: 1, resume: null, feedback: [] }]);
      expect(report.runs.filter(({ packet }) => packet === id)).toMatchObject([{ run: 1, resumed: false }]);
    }
  });
});
