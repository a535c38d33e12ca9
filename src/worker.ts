import { fileURLToPath } from 'node:url';
import { Client, type ConnectionOptions } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { endingChildren } from './activities/ending-children.ts';
import { homeActivities, type ReportProgress } from './activities/home.ts';
import { mainActivities, pingActivities } from './activities/main.ts';
import { CountedTries } from './activities/tries.ts';
import { assertWanted, unlessStale } from './activities/unless-stale.ts';
import { withoutSecrets } from './activities/without-secrets.ts';
import { LocalArtifactStore } from './artifacts/local-artifact-store.ts';
import { errorText } from './domain/error-text.ts';
import { BatonError } from './domain/failures.ts';
import { homeTaskQueue, MAIN_TASK_QUEUE, pingTaskQueue } from './domain/ids.ts';
import { SIGNALS } from './domain/messages.ts';
import { oneLine, visible } from './domain/visible.ts';
import { withoutCredential } from './git/credentials.ts';
import { hubProblem } from './git/remote/hub-problem.ts';
import { AgentSlots } from './homes/agent-slots.ts';
import { openHome } from './homes/home.ts';
import { defaultHome } from './homes/home-dir.ts';
import { deepHomeProblem } from './homes/paths.ts';
import { removeTree } from './installed/remove-tree.ts';
import { startThrough } from './processes/current-starter.ts';
import { sharedLauncher } from './processes/launcher/launcher.ts';
import type { KnownSecrets } from './processes/secrets/known-secrets.ts';
import { clearTemporary } from './processes/temporary.ts';
import { Workshop } from './work/workshop.ts';
import { buildOf } from './worker/build.ts';
import { clientSettings } from './worker/client-settings.ts';
import { endAttempts } from './worker/end-attempts.ts';
import { freeSlotsWorker } from './worker/free-slots.ts';
import { KeptBuilds } from './worker/kept-builds.ts';
import { longestActivation } from './worker/longest-activation.ts';
import { metricsAddress } from './worker/metrics-address.ts';
import { dataConverter } from './worker/payload-codec.ts';
import { endLeftRunning, reap } from './worker/reap.ts';
import type { RunningWorker } from './worker/running-worker.ts';
import { asBuildOf, takeOver } from './worker/take-over.ts';
import { TidyUp } from './worker/tidy-up.ts';
import { Traced } from './worker/traced.ts';
import { tracesEndpoint } from './worker/traces-endpoint.ts';
import { prometheusAt, WorkerMetrics } from './worker/worker-metrics.ts';
import { workerAgents, workerChecks, workerSandbox } from './worker/worker-slots.ts';
import { workflowBundle } from './worker/workflow-bundle.ts';

/** What is short ends by itself within this; after it all the rest is cancelled, agents with it. */
const SHUTDOWN_GRACE = '2s';
/** A worker that hangs in its shutdown is ended after this; heartbeats tell the server the rest. */
const SHUTDOWN_FORCE = '25s';
/** Cancelling reaches an agent with its next heartbeat; the SDK would otherwise hold most of them back. */
const HEARTBEAT_THROTTLE = '2s';
/** Activities of one home at once beside its agents, which wait for slots inside theirs: they are short. */
const HOME_ACTIVITIES = 100;
/**
 * One poll for activities at a time and queue. A worker that is stopped or cut off has its polls at the server for a
 * minute more, and each takes an attempt with it, for 10 s; one brings hundreds of activities a second.
 */
const ONE_POLL = { type: 'simple-maximum', maximum: 1 } as const;

export interface WorkerStart {
  /** Where the server is and as whom: Temporal's own connection options. */
  readonly connection: ConnectionOptions;
  readonly namespace?: string | undefined;
  /** The worker's folder; its own, and one worker at a time holds it. */
  readonly homeDir: string;
  /** Path or URL of a bare repository that all homes reach. Default: one in the home. */
  readonly hub?: string | undefined;
  /** Agents at once in this worker. Default: see {@link workerAgents}. */
  readonly agents?: number | undefined;
  /** Trees that this worker measures at once. Default: see {@link workerChecks}. */
  readonly checks?: number | undefined;
  /** `off`: this machine as a whole is the sandbox, such as a container. Default: as `BATON_WORKER_SANDBOX` says, else on. */
  readonly sandbox?: 'on' | 'off' | undefined;
  /** Whether this worker gets the work although the server has it for a newer build. Default: false. */
  readonly takeBack?: boolean | undefined;
  /** IP address and port at which Prometheus finds this process's metrics. Default: nowhere. The first worker of a process decides. */
  readonly metrics?: string | undefined;
  /** Where an OpenTelemetry collector takes this worker's traces. Default: nowhere. */
  readonly traces?: string | undefined;
  /** Gets a line for people now and then. */
  readonly log?: (line: string) => void;
}

/**
 * Starts a worker on a home: workflows and activities on `baton`, the trees' activities on the home's own queue,
 * and the ping beside it. What closed features left in the home is removed first.
 */
export async function startWorker(start: WorkerStart): Promise<RunningWorker> {
  const {
    homeDir,
    hub,
    agents = workerAgents(undefined),
    checks = workerChecks(undefined),
    sandbox = workerSandbox(process.env.BATON_WORKER_SANDBOX),
    takeBack = false,
    log = () => undefined,
    namespace = 'default',
    metrics: metricsAt,
    traces: tracesAt,
  } = start;
  startThrough(sharedLauncher());
  const problem = hub === undefined ? undefined : await hubProblem(hub);
  if (problem !== undefined) throw new BatonError('BadInput', `BATON_HUB: ${problem}`);
  // What was left over is pushed there before anything else names the hub.
  if (hub !== undefined) withoutCredential(hub);
  const home = await openHome(homeDir);
  let opened: NativeConnection | undefined;
  try {
    const [bundle, left] = await Promise.all([workflowBundle(), endLeftRunning(home)]);
    // From here on the process lives until its connections are closed.
    quietRuntime(metricsAt);
    const connection = await NativeConnection.connect(
      start.connection as Parameters<typeof NativeConnection.connect>[0],
    );
    opened = connection;
    const client = new Client({ connection, namespace, ...dataConverter() });
    const deep = deepHomeProblem(homeDir);
    for (const line of [...(deep === undefined ? [] : [deep]), ...left]) log(line);
    for (const line of await endAttempts(client, home)) log(line);
    const builds = new KeptBuilds(client);
    const [build, unsupported] = await Promise.all([buildOf(bundle), builds.unsupported()]);
    if (unsupported !== undefined) log(withoutBuildsText(unsupported));
    // A home's own queues know no builds: whoever holds the home does what is to be done there.
    const asBuild = unsupported === undefined ? asBuildOf(build) : {};
    const store = new LocalArtifactStore(home.paths.artifacts, home.id);
    const shop = new Workshop(home, store, hub, checks, sandbox);
    const tell = (line: string) => log(shop.secrets.text(line));
    shop.tell = tell;
    await Promise.all([shop.sandboxes.clean(), clearTemporary(removeTree)]);
    for (const line of await reap(client, shop)) tell(line);
    const slots = new AgentSlots(agents);
    const tries = new CountedTries(home);
    logged.add(shop.secrets);
    const metrics = new WorkerMetrics(metricsAt !== undefined, client, slots);
    // Its libraries are loaded only if somebody wants them.
    const traces =
      tracesAt === undefined
        ? undefined
        : (await import('./worker/traces.ts')).Traces.to(tracesAt, build.version);
    const traced = new Traced(client, traces);
    const tidyUp = new TidyUp(client, shop, tell);
    const progress: ReportProgress = (workflowId, told) =>
      client.workflow.getHandle(workflowId).signal(SIGNALS.progress, told);
    const inTrees = homeActivities(shop, progress, () => assertWanted(client, true));
    const common: Pick<WorkerOptions, 'connection' | 'namespace'> & Partial<WorkerOptions> = {
      connection,
      namespace,
      ...dataConverter(),
      shutdownGraceTime: SHUTDOWN_GRACE,
      shutdownForceTime: SHUTDOWN_FORCE,
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
      activityTaskPollerBehavior: ONE_POLL,
    };
    const workers = await Promise.all([
      Worker.create({
        ...common,
        ...longestActivation,
        ...asBuild,
        sinks: traced.sinks(),
        taskQueue: MAIN_TASK_QUEUE,
        workflowBundle: { codePath: bundle.codePath },
        activities: withoutSecrets(mainActivities(client, home.id), shop.secrets),
      }),
      Worker.create({
        ...common,
        taskQueue: homeTaskQueue(home.id),
        maxConcurrentActivityTaskExecutions: HOME_ACTIVITIES + agents,
        activities: withoutSecrets(
          tidyUp.after(
            traced.of(
              metrics.of(tries.of(unlessStale(endingChildren(inTrees, client), client)), {
                progress,
                worker: home.id,
              }),
            ),
          ),
          shop.secrets,
        ),
      }),
      Worker.create({
        ...common,
        taskQueue: pingTaskQueue(home.id),
        activities: pingActivities(home.id),
      }),
      Worker.create({ ...common, ...asBuild, ...freeSlotsWorker(home.id, slots) }),
    ]);
    await tidyUp.start();
    metrics.start();
    const stop = () => {
      void tries.shuttingDown();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    const runs = workers.map((worker) =>
      // One that fails takes the others with it: half a worker would look alive.
      worker.run().finally(stop),
    );
    const stopping = new AbortController();
    // It never rejects, and ends by itself once it is told to.
    if (unsupported === undefined) void takeOver({ builds, build, takeBack, log }, stopping.signal);
    const finished = Promise.allSettled(runs).then(async (ends) => {
      stopping.abort();
      await Promise.all([tidyUp.stop(), metrics.stop(), traces?.stop()]);
      await connection.close();
      await shop.settled();
      await home.release();
      logged.delete(shop.secrets);
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    });
    // Whoever waits for it hears of it; nobody has to.
    finished.catch(() => undefined);
    return {
      home: home.id,
      finished,
      shutdown: async () => {
        stop();
        await finished;
      },
    };
  } catch (error) {
    // Refused while a worker uses it, which then fails by itself.
    await opened?.close().catch(() => undefined);
    await home.release();
    throw error;
  }
}

const withoutBuildsText = (why: string): string =>
  `this server doesn't tell builds of workers apart (${why}), so stop all workers before you start those of another release`;

/** Secrets of this process's workers: the SDK's logger is one for all of them. */
const logged = new Set<KnownSecrets>();

let installed = false;

/** One line a warning on standard error; the SDK's own start-up lines are of no use to people. */
function quietRuntime(metricsAt: string | undefined): void {
  if (installed) return;
  try {
    installRuntime(metricsAt);
  } catch (error) {
    if (metricsAt === undefined) throw error;
    throw new BatonError(
      'BadInput',
      `BATON_METRICS: metrics can't be served at ${metricsAt}: ${errorText(error)}. Name another port, or end what uses it.`,
      { cause: error },
    );
  }
  installed = true;
}

function installRuntime(metricsAt: string | undefined): void {
  Runtime.install({
    telemetryOptions: {
      ...(metricsAt !== undefined && prometheusAt(metricsAt)),
      // Its native part writes to standard output by itself, past what keeps secrets out.
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    },
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      // True of the home's workers, and as it should be.
      if (message.startsWith('No workflows registered')) return;
      const { error, workflowId, activityType } = (meta ?? {}) as Record<string, unknown>;
      const about = [workflowId, activityType].filter((part) => part !== undefined).join(' ');
      const why =
        error instanceof Error ? `: ${error.message}` : typeof error === 'string' ? `: ${error}` : '';
      // Text of agents and of commands is in errors.
      const line = `${message}${about === '' ? '' : ` (${about})`}${why}`;
      const told = oneLine([...logged].reduce((text, secrets) => secrets.text(text), line));
      process.stderr.write(`[${level.toLowerCase()}] ${told}\n`);
    }),
    // Ctrl-C is the command's to handle: it stops the worker before the server.
    shutdownSignals: [],
  });
}

/** The worker as a process of its own. */
async function main(): Promise<void> {
  const { connectionOptions, namespace } = clientSettings();
  const worker = await startWorker({
    connection: connectionOptions,
    namespace,
    homeDir: process.env.BATON_HOME ?? defaultHome(),
    hub: process.env.BATON_HUB || undefined,
    agents: workerAgents(process.env.BATON_WORKER_AGENTS),
    checks: workerChecks(process.env.BATON_WORKER_CHECKS),
    metrics: metricsAddress(process.env.BATON_METRICS),
    traces: tracesEndpoint(process.env.BATON_TRACES),
    log: (line) => process.stderr.write(`${visible(line)}\n`),
  });
  process.stderr.write(
    `worker on home ${worker.home}, connected to ${connectionOptions.address ?? 'the default address'}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      worker.shutdown().catch(() => undefined);
    });
  await worker.finished;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main().catch((error: unknown) => {
    process.stderr.write(`${visible(errorText(error))}\n`);
    process.exitCode = 2;
  });
