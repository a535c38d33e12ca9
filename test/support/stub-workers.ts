import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { mainActivities, pingActivities } from '../../src/activities/main.ts';
import { featureWorkflowId, homeTaskQueue, MAIN_TASK_QUEUE, pingTaskQueue } from '../../src/domain/ids.ts';
import { type FeatureRequest, WORKFLOWS } from '../../src/domain/messages.ts';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';
import { Feature } from './engine.ts';
import type { StubHome } from './stub-home.ts';

/** Runs workers until they are stopped. */
const running = (workers: readonly Worker[]) => {
  const runs = workers.map((worker) => worker.run());
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  };
};

/** The real workflows, and the activities that need no files; new work goes to the home that `chosen` names. */
export async function mainWorker(environment: TestWorkflowEnvironment, chosen: () => string) {
  const { codePath } = await workflowBundle();
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: MAIN_TASK_QUEUE,
    workflowBundle: { codePath },
    activities: {
      ...mainActivities(environment.client, ''),
      chooseHome: async () => ({ home: chosen() }),
    },
  });
  return running([worker]);
}

/** A home without trees, there until it is stopped. */
export async function stubWorker(environment: TestWorkflowEnvironment, id: string, home: StubHome) {
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
  environment: TestWorkflowEnvironment,
  id: string,
  packets: readonly PacketDraft[],
): Promise<Feature> {
  const request: FeatureRequest = {
    feature: id,
    request: 'Nothing in particular',
    repo: '/nowhere',
    base: 'main',
    baseCommit: '1'.repeat(40),
    packets: packets.map((packet) => packetSchema.parse(packet)),
    yes: false,
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
