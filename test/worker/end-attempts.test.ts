import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { msToTs } from '@temporalio/common/lib/time.js';
import { temporal } from '@temporalio/proto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CountedTries } from '../../src/activities/tries.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { attemptsLeft } from '../../src/homes/tries.ts';
import { endAttempts } from '../../src/worker/end-attempts.ts';
import { Engine } from '../support/engine.ts';
import { event } from '../support/event.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
});
afterAll(() => engine.stop());

const queue = 'of-the-dead';

/** The server takes no poll without an end. */
const polled = <T>(call: () => Promise<T>) => engine.client.withDeadline(Date.now() + 60_000, call);

/** A workflow that waits for one activity, whose worker may be silent for an hour. Answers its run. */
async function waitingFor(workflowId: string): Promise<string> {
  const { namespace } = engine;
  const { workflowService } = engine.client;
  const { firstExecutionRunId } = await engine.client.workflow.start('waits', {
    workflowId,
    taskQueue: queue,
  });
  const { taskToken } = await polled(() =>
    workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: queue } }),
  );
  await workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: [
      {
        commandType: temporal.api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: 'implement' },
          taskQueue: { name: queue },
          startToCloseTimeout: msToTs('2h'),
          heartbeatTimeout: msToTs('1h'),
          retryPolicy: { initialInterval: msToTs('10m'), backoffCoefficient: 1 },
        },
      },
    ],
  });
  return firstExecutionRunId;
}

const poll = () =>
  polled(() =>
    engine.client.workflowService.pollActivityTaskQueue({
      namespace: engine.namespace,
      taskQueue: { name: queue },
    }),
  );

it('a worker that takes over a home has the attempts of the dead one made again at once, also those that waited', async () => {
  const home = { id: 'home1234', paths: homePaths(await mkdtemp(path.join(tmpdir(), 'baton-dead-'))) };
  const workflowId = 'feature:dead:packet:one';
  const runId = await waitingFor(workflowId);
  const { attempt, activityId } = await poll();
  expect(attempt).toBe(1);

  const begun = event();
  const { implement } = new CountedTries(home).of({
    implement: () => {
      begun.happen();
      return new Promise(() => {});
    },
  } as unknown as HomeActivities);
  const ofDead = new MockActivityEnvironment({ activityId, workflowExecution: { workflowId, runId } });
  void ofDead.run(implement, { feature: 'dead' } as never);
  await begun.happened;
  expect(await attemptsLeft(home.paths)).toEqual([{ workflowId, runId, activityId }]);

  expect(await endAttempts(engine.client, home)).toEqual([]);
  expect((await poll()).attempt).toBe(2);
  const { raw } = await engine.client.workflow.getHandle(workflowId).describe();
  expect(raw.pendingActivities?.[0]?.lastFailure?.message).toBe('the worker of home home1234 died');
  // One that the server doesn't wait for any more is no trouble.
  await engine.client.workflow.getHandle(workflowId).terminate();
  expect(await endAttempts(engine.client, home)).toEqual([]);
});

it('an attempt that ended, well or by an error, is none that is left', async () => {
  const home = { id: 'home1234', paths: homePaths(await mkdtemp(path.join(tmpdir(), 'baton-dead-'))) };
  const activities = (work: () => Promise<unknown>) =>
    new CountedTries(home).of({ implement: work } as unknown as HomeActivities).implement;
  const environment = () => new MockActivityEnvironment({ activityId: '1' });
  await environment().run(
    activities(() => Promise.resolve('done')),
    { feature: 'done' } as never,
  );
  await expect(
    environment().run(
      activities(() => Promise.reject(new Error('no'))),
      { feature: 'red' } as never,
    ),
  ).rejects.toThrow('no');
  expect(await attemptsLeft(home.paths)).toEqual([]);
});

it('a server that is away keeps no worker from its start: the attempt is told of, and left to its heartbeats', async () => {
  const home = { id: 'home1234', paths: homePaths(await mkdtemp(path.join(tmpdir(), 'baton-dead-'))) };
  const begun = event();
  const { implement } = new CountedTries(home).of({
    implement: () => {
      begun.happen();
      return new Promise(() => {});
    },
  } as unknown as HomeActivities);
  void new MockActivityEnvironment({ activityId: '1' }).run(implement, { feature: 'dead' } as never);
  await begun.happened;
  const away = {
    options: engine.client.options,
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    workflowService: { respondActivityTaskFailedById: () => Promise.reject(new Error('not reachable')) },
  };
  expect(await endAttempts(away as unknown as typeof engine.client, home)).toEqual([
    expect.stringContaining('hears it after missing heartbeats: not reachable'),
  ]);
});
