import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { mainActivities } from '../../src/activities/main.ts';
import { reset } from '../support/reset.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket } from '../support/tiny-repository.ts';

/** Who asks: a queue, of the one that holds a turn. */
describe('whether the execution that holds something still runs', () => {
  let features: StubFeatures;
  beforeAll(async () => {
    features = await StubFeatures.connect(inject('temporalAddress'));
  });
  afterAll(() => features.stop());

  const isRunning = (workflowId: string, firstRunId?: string) =>
    mainActivities(features.client, '').isRunning({
      workflowId,
      ...(firstRunId !== undefined && { firstRunId }),
    });

  it('is known of another one that is started under its id, and of one that is reset', async () => {
    const start = async () => {
      const feature = await features.feature('held', [tinyPacket('one', { criteria: [] })], new StubHome());
      await feature.item('design-approval');
      return feature.handle;
    };
    const first = await start();
    const { runId } = await first.describe();
    expect(await isRunning(first.workflowId, runId)).toEqual({ running: true });

    await reset(features.client, first.workflowId, 'first');
    const now = features.client.workflow.getHandle(first.workflowId);
    expect((await now.describe()).runId).not.toBe(runId);
    expect(await isRunning(first.workflowId, runId)).toEqual({ running: true });

    await now.terminate();
    expect(await isRunning(first.workflowId, runId)).toEqual({ running: false });
    await start();
    expect(await isRunning(first.workflowId, runId)).toEqual({ running: false });
    expect(await isRunning(first.workflowId)).toEqual({ running: true });
    await now.terminate();
    expect(await isRunning('feature:nobody')).toEqual({ running: false });
  });
});
