import type { Client } from '@temporalio/client';
import { MAIN_TASK_QUEUE } from '../../domain/ids.ts';

/** A worker asks for work at least once a minute; one that hasn't for longer is gone. */
const POLLER_SILENCE_MS = 75_000;
const RPC_TIMEOUT_MS = 5_000;
const WORKFLOW_QUEUE = 1;

/** Identities of the workers that asked for workflow work lately. A killed one is seen for a minute more. */
export async function workersThere(client: Client): Promise<string[]> {
  const { pollers } = await client.withDeadline(Date.now() + RPC_TIMEOUT_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: MAIN_TASK_QUEUE },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  const newest = Date.now() - POLLER_SILENCE_MS;
  return (pollers ?? [])
    .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= newest)
    .map(({ identity }) => identity ?? 'unknown');
}

/** Whether a worker is there; an answer that can't be had counts as yes, since nothing is known. */
export const hasWorker = async (client: Client): Promise<boolean> =>
  await workersThere(client).then(
    (workers) => workers.length > 0,
    () => true,
  );

/** What to do where no worker is. */
export const NO_WORKER =
  'no worker is running: start one with `baton dev`, or `baton worker` beside a server';
