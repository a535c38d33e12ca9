import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { mainActivities, pingActivities } from '../../src/activities/main.ts';
import {
  FREE_TASK_QUEUE,
  featureWorkflowId,
  homeTaskQueue,
  MAIN_TASK_QUEUE,
  pingTaskQueue,
} from '../../src/domain/ids.ts';
import { type FeatureRequest, WORKFLOWS } from '../../src/domain/messages.ts';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';
import { Feature } from './engine.ts';
import type { StubHome } from './stub-home.ts';

/** Where stub workers and their features are: the namespace `default`. */
export type StubServer = Pick<TestWorkflowEnvironment, 'client' | 'nativeConnection'>;

/** Runs workers until they are stopped. */
const running = (workers: readonly Worker[]) => {
  const runs = workers.map((worker) => worker.run());
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  };
};

/** The real workflows, and the activities that need no files; new work goes to the home that `chosen` names. */
export async function mainWorker(environment: StubServer, chosen: () => string) {
  const { codePath } = await workflowBundle();
  const chooseHome = async () => ({ home: chosen() });
  const connection = environment.nativeConnection;
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: MAIN_TASK_QUEUE,
      workflowBundle: { codePath },
      activities: { ...mainActivities(environment.client, ''), chooseHome },
    }),
    Worker.create({ connection, taskQueue: FREE_TASK_QUEUE, activities: { chooseHome } }),
  ]);
  return running(workers);
}

/** A home without trees, there until it is stopped. */
export async function stubWorker(environment: StubServer, id: string, home: StubHome) {
  const connection = environment.nativeConnection;
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: homeTaskQueue(id),
      activities: { ...home.activities() },
    }),
    Worker.create({ connection, taskQueue: pingTaskQueue(id), activities: { ...pingActivities(id) } }),
  ]);
  return running(workers);
}

/** Starts a feature with these packets on a stub home. */
export async function stubFeature(
  environment: StubServer,
  id: string,
  packets: readonly PacketDraft[],
  yes = false,
): Promise<Feature> {
  const request: FeatureRequest = {
    feature: id,
    request: 'Nothing in particular',
    repo: '/nowhere',
    base: 'main',
    baseCommit: '1'.repeat(40),
    packets: packets.map((packet) => packetSchema.parse(packet)),
    yes,
    startedBy: 'test',
    searchAttributes: false,
  };
  return new Feature(
    await environment.client.workflow.start(WORKFLOWS.feature, {
      taskQueue: MAIN_TASK_QUEUE,
      workflowId: featureWorkflowId(id),
      args: [request],
    }),
  );
}
