import { Context } from '@temporalio/activity';
import { ApplicationFailure, type PayloadCodec } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Worker } from '@temporalio/worker';
import { endingChildren } from '../../src/activities/ending-children.ts';
import { mainActivities, pingActivities } from '../../src/activities/main.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';
import {
  FREE_TASK_QUEUE,
  featureWorkflowId,
  homeTaskQueue,
  MAIN_TASK_QUEUE,
  pingTaskQueue,
} from '../../src/domain/ids.ts';
import { type FeatureRequest, WORKFLOWS } from '../../src/domain/messages.ts';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { longestActivation } from '../../src/worker/longest-activation.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';
import { Feature } from './engine.ts';
import { ownNamespace } from './namespace.ts';
import { StubHome } from './stub-home.ts';

/** Where stub workers and their features are: the namespace of the client. */
export type StubServer = Pick<TestWorkflowEnvironment, 'client' | 'nativeConnection'>;

/** The development server at an address, in a namespace that no other test file's workers take work from. */
const stubServer = async (address: string): Promise<StubServer> => ({
  client: (await ownNamespace(address)).client as StubServer['client'],
  nativeConnection: await NativeConnection.connect({ address }),
});

/** Runs workers until they are stopped. */
const running = (workers: readonly Worker[]) => {
  const runs = workers.map((worker) => worker.run());
  return async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  };
};

/**
 * The real workflows, and the activities that need no files; new work goes to the home that `chosen` names, if `isFree`
 * says that a slot for the feature's agents is. Codecs see what the workflows send.
 */
export async function mainWorker(
  environment: StubServer,
  chosen: () => string,
  payloadCodecs: PayloadCodec[] = [],
  isFree: (feature: string) => boolean = () => true,
) {
  const { codePath } = await workflowBundle();
  const chooseHome = async () => ({ home: chosen() });
  const chooseFree = async ({ feature }: { readonly feature: string }) => {
    if (!isFree(feature))
      throw ApplicationFailure.create({ message: 'no slot is free', nextRetryDelay: '1h' });
    return chooseHome();
  };
  const connection = environment.nativeConnection;
  const { namespace } = environment.client.options;
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      ...longestActivation,
      taskQueue: MAIN_TASK_QUEUE,
      workflowBundle: { codePath },
      dataConverter: { payloadCodecs },
      activities: { ...mainActivities(environment.client, ''), chooseHome },
    }),
    Worker.create({
      connection,
      namespace,
      taskQueue: FREE_TASK_QUEUE,
      activities: { chooseHome: chooseFree },
    }),
  ]);
  return running(workers);
}

/** Beats as the home's own activities do: a stub that waits for something is slow on a busy machine, and not dead. */
const beating = (activities: HomeActivities): HomeActivities =>
  Object.fromEntries(
    Object.entries(activities).map(([name, call]) => [
      name,
      async (input: never) => {
        const context = Context.current();
        const timer = setInterval(() => context.heartbeat(), 1000);
        try {
          return await call(input);
        } finally {
          clearInterval(timer);
        }
      },
    ]),
  ) as unknown as HomeActivities;

/** A home without trees, there until it is stopped. */
export async function stubWorker(environment: StubServer, id: string, home: Pick<StubHome, 'activities'>) {
  const connection = environment.nativeConnection;
  const { namespace } = environment.client.options;
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      taskQueue: homeTaskQueue(id),
      activities: { ...endingChildren(beating(home.activities()), environment.client) },
    }),
    Worker.create({
      connection,
      namespace,
      taskQueue: pingTaskQueue(id),
      activities: { ...pingActivities(id) },
    }),
  ]);
  return running(workers);
}

/** Starts a feature with these packets on a stub home. */
export async function stubFeature(
  environment: StubServer,
  id: string,
  packets: readonly PacketDraft[],
  yes = false,
  from?: FeatureRequest['from'],
  more: Partial<FeatureRequest> = {},
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
    ...(from !== undefined && { from }),
    ...more,
  };
  const workflowId = featureWorkflowId(id);
  const { workflow } = environment.client;
  await workflow.start(WORKFLOWS.feature, { taskQueue: MAIN_TASK_QUEUE, workflowId, args: [request] });
  // Of whichever execution is the present one: a test may reset it.
  return new Feature(workflow.getHandle(workflowId));
}

/** Features that have a stub home each, on the workers of one. */
export class StubFeatures {
  private readonly homes = new Map<string, HomeActivities>();
  private stops: (() => Promise<void>)[] = [];
  /** Homes that are given to the next who ask for one, before that of all. */
  readonly next: string[] = [];
  /** Features for whose agents no slot is free. */
  readonly waiting = new Set<string>();
  private constructor(private readonly server: StubServer) {}

  static async start(server: StubServer, codecs: PayloadCodec[] = []): Promise<StubFeatures> {
    const features = new StubFeatures(server);
    const names = Object.keys(new StubHome().activities()) as (keyof HomeActivities)[];
    const activities = Object.fromEntries(
      names.map((name) => [
        name,
        (input: { readonly feature?: string; readonly report?: { readonly feature: string } }) => {
          const id = input.feature ?? input.report?.feature ?? '';
          const home = features.homes.get(id);
          if (home === undefined) throw new Error(`no stub home has a feature "${id}"`);
          return (home[name] as (given: unknown) => unknown)(input);
        },
      ]),
    ) as unknown as HomeActivities;
    features.stops = await Promise.all([
      mainWorker(
        server,
        () => features.next.shift() ?? 'stubs',
        codecs,
        (id) => !features.waiting.has(id),
      ),
      stubWorker(server, 'stubs', { activities: () => activities }),
    ]);
    return features;
  }

  /** On the development server at an address, with connections that `stop` closes too. */
  static async connect(address: string, codecs: PayloadCodec[] = []): Promise<StubFeatures> {
    const server = await stubServer(address);
    const features = await StubFeatures.start(server, codecs);
    features.stops.push(
      () => server.nativeConnection.close(),
      () => server.client.connection.close(),
    );
    return features;
  }

  get client(): StubServer['client'] {
    return this.server.client;
  }

  feature(
    id: string,
    packets: readonly PacketDraft[],
    home: StubHome,
    yes = false,
    from?: FeatureRequest['from'],
    more: Partial<FeatureRequest> = {},
  ): Promise<Feature> {
    this.homes.set(id, home.activities());
    return stubFeature(this.server, id, packets, yes, from, more);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}
