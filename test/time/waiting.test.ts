import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { mainWorker, stubFeature, stubWorker } from '../support/stub-workers.ts';
import { timeSkippingEnvironment } from '../support/time-skipping.ts';
import { tinyPacket } from '../support/tiny-repository.ts';

const DAY_MS = 24 * 3_600_000;

describe('waiting for people', () => {
  let environment: TestWorkflowEnvironment;
  let stops: (() => Promise<void>)[];
  const home = new StubHome(
    {
      release: {
        production: {
          deploy: 'deploy',
          shift: 'shift',
          steps: [10, 100],
          bake: '3h',
          probe: 'probe',
          judge: { error_rate: { max: 0.01 } },
          rollback: 'rollback',
        },
      },
    },
    ({ name, resume }) =>
      name === 'asks' && resume === null
        ? { kind: 'blocked', question: { text: 'Which colour?' } }
        : undefined,
  );

  beforeAll(async () => {
    environment = await timeSkippingEnvironment();
    stops = [await mainWorker(environment, () => 'stub'), await stubWorker(environment, 'stub', home)];
  });
  afterAll(async () => {
    for (const stop of stops ?? []) await stop();
    await environment?.teardown();
  });

  const events = async (workflowId: string) =>
    (await environment.client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  /** Waits without skipping time: nothing pends that time would end. */
  const decideAll = async (id: string, before: (item: string) => Promise<void>) => {
    const feature = await stubFeature(environment, id, [tinyPacket('asks', { criteria: [] })]);
    for (const [item, choice] of [
      ['design-approval', 'approve'],
      ['question-asks', 'blue'],
    ] as const) {
      await feature.item(item);
      await before(item);
      await feature.signal('decide', { item: `${item}-1`, choice, by: 'tester' });
    }
    return feature;
  };

  it('a design approved after ten days and a question answered after five add no event for the waiting', async () => {
    const added: Record<string, number> = {};
    const lengths = async () =>
      (await events('feature:slow')).length +
      (await events('feature:slow:packet:asks').catch(() => [])).length;
    const slow = await decideAll('slow', async (item) => {
      const [from, at] = [await lengths(), await environment.currentTimeMs()];
      await environment.sleep((item === 'design-approval' ? 10 : 5) * DAY_MS);
      expect((await environment.currentTimeMs()) - at).toBeGreaterThanOrEqual(5 * DAY_MS);
      added[item] = (await lengths()) - from;
    });
    expect(added).toEqual({ 'design-approval': 0, 'question-asks': 0 });
    const quick = await decideAll('quick', async () => undefined);
    for (const feature of [slow, quick]) {
      await environment.sleep('4 hours');
      await feature.decide('promotion', 'promote');
      await environment.sleep('4 hours');
    }
    const [long, short] = [await slow.report(), await quick.report()];
    expect([long.outcome, short.outcome]).toEqual(['rolled-out', 'rolled-out']);
    expect(long.figures.waitedForPeopleMs).toBeGreaterThan(15 * DAY_MS);
    // How many workflow tasks a history has depends on which answers happen to come together.
    const told = async (id: string) =>
      (await events(`feature:${id}`)).filter(
        (event) =>
          !event.workflowTaskScheduledEventAttributes &&
          !event.workflowTaskStartedEventAttributes &&
          !event.workflowTaskCompletedEventAttributes,
      ).length;
    expect(await told('slow')).toBe(await told('quick'));
    const asked = home.calls.filter(
      ({ activity, input }) => activity === 'implement' && input.feature === 'slow',
    );
    expect(asked.map(({ input }) => input.resume)).toEqual([
      null,
      { sessionId: 'session-asks', answer: 'blue' },
    ]);
  });

  it('a pause of a day holds a bake of hours where it is', async () => {
    home.calls.splice(0);
    const feature = await decideAll('paused', async () => undefined);
    await until('the canary bakes', async () =>
      (await feature.status()).releaseSteps.some((step) => step.includes('baking')),
    );
    await environment.sleep('1 hour');
    await feature.signal('pause');
    await until('it is paused', async () => (await feature.status()).paused);
    await environment.sleep(DAY_MS);
    expect(home.steps()).toEqual(['deploy', 'shift 10']);
    await feature.signal('resume');
    await until('it goes on', async () => !(await feature.status()).paused);
    await environment.sleep('1 hour');
    expect(home.steps()).toEqual(['deploy', 'shift 10']);
    await environment.sleep('70 minutes');
    await feature.decide('promotion', 'promote');
    expect(home.steps().slice(0, 3)).toEqual(['deploy', 'shift 10', 'probe 10']);
    await environment.sleep('4 hours');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(home.steps()).toEqual(['deploy', 'shift 10', 'probe 10', 'shift 100', 'probe 100']);
  });
});
