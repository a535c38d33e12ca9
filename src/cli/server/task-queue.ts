import type { Client } from '@temporalio/client';
import { MAIN_TASK_QUEUE } from '../../domain/ids.ts';

/** A worker asks for work at least once a minute; one that hasn't for longer is gone. */
const POLLER_SILENCE_MS = 75_000;
const RPC_TIMEOUT_MS = 5_000;
const WORKFLOW_QUEUE = 1;

/** A worker that asked for workflow work lately. A killed one is seen for a minute more. */
export interface WorkerThere {
  /** Process and machine. */
  readonly identity: string;
  /** Id of its build; undefined if it is of a release that told none, or the server doesn't tell builds apart. */
  readonly build: string | undefined;
}

/** Who works on features, and who would be given new ones. */
export interface Serving {
  readonly workers: readonly WorkerThere[];
  /** Id of the build that gets new features, and all that aren't held for another; undefined: workers without a build. */
  readonly current: string | undefined;
}

/** What the server says of the queue of the workflows. */
export async function serving(client: Client): Promise<Serving> {
  const { pollers, versioningInfo } = await client.withDeadline(Date.now() + RPC_TIMEOUT_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: MAIN_TASK_QUEUE },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  const newest = Date.now() - POLLER_SILENCE_MS;
  const workers = (pollers ?? [])
    .filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= newest)
    .map(({ identity, deploymentOptions }) => ({
      identity: identity ?? 'unknown',
      build: deploymentOptions?.buildId || undefined,
    }));
  return { workers, current: versioningInfo?.currentDeploymentVersion?.buildId || undefined };
}

/**
 * Why nobody works on a feature, or undefined if somebody does; an answer that can't be had counts as that somebody
 * does, since nothing is known.
 * @param held id of the build that the feature is held for, if it is
 */
export const workerMissing = async (client: Client, held?: string): Promise<string | undefined> =>
  await serving(client).then(
    (now) => missingIn(now, held),
    () => undefined,
  );

/** The same, from what the server said. */
export function missingIn({ workers, current }: Serving, held?: string): string | undefined {
  const wanted = held ?? current;
  if (workers.length === 0 && held === undefined) return NO_WORKER;
  // Before the first worker with a build has been given the work, whichever is there gets it in a moment.
  if (wanted === undefined || workers.some(({ build }) => build === wanted)) return undefined;
  const others = [...new Set(workers.map(({ build }) => build ?? 'without a build'))].join(', ');
  const there = others === '' ? '' : `, only ${others}`;
  return `no worker of build ${wanted} is running${there}: see baton doctor`;
}

/** What to do where no worker is. */
const NO_WORKER = 'no worker is running: start one with `baton dev`, or `baton worker` beside a server';
