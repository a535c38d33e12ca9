import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainActivities } from '../../src/activities/main.ts';
import { MAIN_TASK_QUEUE, queueWorkflowId } from '../../src/domain/ids.ts';
import { SIGNALS } from '../../src/domain/messages.ts';
import { until } from '../support/engine.ts';
import { timeSkippingEnvironment } from '../support/time-skipping.ts';
import type { holder } from './workflows.ts';

describe('a queue', () => {
  let environment: TestWorkflowEnvironment;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    environment = await timeSkippingEnvironment();
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: MAIN_TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
      activities: { ...mainActivities(environment.client, 'stub') },
    });
    const run = worker.run();
    stop = async () => {
      worker.shutdown();
      await run;
    };
  });
  afterAll(async () => {
    await stop?.();
    await environment?.teardown();
  });

  const ticket = (resource: string, id: string) => ({ resource, holder: id, ticket: `ticket-${id}` });
  const enter = async (resource: string, id: string) => {
    const handle = await environment.client.workflow.start<typeof holder>('holder', {
      taskQueue: MAIN_TASK_QUEUE,
      workflowId: id,
    });
    await mainActivities(environment.client, 'stub').enterQueue(ticket(resource, id));
    return handle;
  };
  /** Told, and the telling taken in: a holder terminated in the middle of that keeps this server from skipping time. */
  const hasTurn = async (id: string) => {
    const { events } = await environment.client.workflow.getHandle(id).fetchHistory();
    const told = (events ?? []).findIndex(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName === SIGNALS.turn,
    );
    return (
      told >= 0 && (events ?? []).slice(told).some((event) => event.workflowTaskCompletedEventAttributes)
    );
  };
  const turnOf = (id: string) => until(`the turn of ${id}`, () => hasTurn(id));

  it('finds a holder that was terminated without leaving, and gives the next its turn', async () => {
    const first = await enter('lost', 'lost-1');
    await enter('lost', 'lost-2');
    await turnOf('lost-1');
    await first.terminate();
    expect(await hasTurn('lost-2')).toBe(false);
    await environment.sleep('6 minutes');
    await turnOf('lost-2');
  });

  it('does not take the turn of a holder that works for a day', async () => {
    await enter('long', 'long-1');
    await enter('long', 'long-2');
    await turnOf('long-1');
    await environment.sleep('1 day');
    expect(await hasTurn('long-2')).toBe(false);
  });

  it('keeps the order over continue-as-new', async () => {
    const ids = ['order-1', 'order-2', 'order-3'];
    for (const id of ids) await enter('order', id);
    await turnOf('order-1');
    const queue = environment.client.workflow.getHandle(queueWorkflowId('order'));
    const firstRun = (await queue.describe()).runId;
    // The server suggests it at 4,096 events; asking again for a place that one has changes nothing.
    for (let sent = 0; sent < 4200; sent += 100)
      await Promise.all(
        Array.from({ length: 100 }, () => queue.signal(SIGNALS.enter, ticket('order', 'order-2'))),
      );
    await environment.sleep('6 minutes');
    await until('a new run', async () => (await queue.describe()).runId !== firstRun);
    for (const [index, id] of ids.entries()) {
      await turnOf(id);
      for (const later of ids.slice(index + 1)) expect(await hasTurn(later)).toBe(false);
      await queue.signal(SIGNALS.leave, ticket('order', id));
    }
  });
});
