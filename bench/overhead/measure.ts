import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type DevServer, startDevServer } from '../../src/dev-server/dev-server.ts';
import { type GitCounter, gitCounter } from './git-counter.ts';
import { largestMemoryOf } from './proc-stat.ts';
import { eachTime, type ProcessorTime, processorTime } from './processor-time.ts';
import { type FeaturesRun, runFeatures } from './run-features.ts';
import type { Case } from './shapes.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** What a case costs, divided by its packets; what a feature costs once is in it. */
export interface Costs {
  /** Null where it can't be had, and where runs of git are counted, since that takes some itself. */
  readonly processorTime: ProcessorTime | null;
  /** By the worker; git's own runs of git are not in it. Null where they aren't counted. */
  readonly gitRuns: number | null;
}

/** What one case came to with the worker of one checkout. */
export interface Measured extends FeaturesRun, Costs {
  /** The checkout's commit. */
  readonly checkout: string;
  /** The most memory that the worker had at once since its start, MiB. */
  readonly memory: number | null;
}

export interface Checkout {
  readonly name: string;
  readonly directory: string;
}

/** Of all that the worker could run, see worker-agents.ts: the features' own slots are what holds agents back. */
const AGENTS = '100';

/** Runs the case with a new server and a new worker, so that no run finds what another left. */
export async function measure(checkout: Checkout, one: Case, countGit: boolean): Promise<Measured> {
  const directory = await mkdtemp(path.join(tmpdir(), 'baton-overhead-'));
  try {
    const server = await startDevServer({
      dbFilename: path.join(directory, 'temporal.db'),
      port: 0,
      uiPort: 0,
    });
    try {
      const counter = countGit ? await gitCounter(directory) : undefined;
      const worker = await startWorkerProcess(checkout.directory, {
        TEMPORAL_ADDRESS: server.address,
        TEMPORAL_NAMESPACE: server.namespace,
        BATON_HOME: path.join(directory, 'home'),
        BATON_WORKER_AGENTS: AGENTS,
        BATON_WORKER_SANDBOX: one.sandbox ? 'on' : 'off',
        ...(counter && { PATH: counter.path }),
      });
      try {
        return await withWorker(checkout, one, server, worker, counter);
      } finally {
        await worker.stop();
      }
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withWorker(
  { name }: Checkout,
  one: Case,
  server: DevServer,
  worker: WorkerProcess,
  counter: GitCounter | undefined,
): Promise<Measured> {
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection, namespace: server.namespace });
  const times: (ProcessorTime | null)[] = [];
  const runs: number[] = [];
  const observe = async () => {
    if (counter === undefined) times.push(await processorTime(worker.pid, server.pid));
    else runs.push(await counter.runs());
  };
  try {
    const run = await Promise.race([runFeatures(client, one, observe), worker.died]);
    const packets = one.features * one.packets;
    const [before = null, after = null] = times;
    const [runsBefore, runsAfter] = runs;
    return {
      checkout: name,
      ...run,
      processorTime: eachTime(after, before, (a, b) => rounded((a - b) / packets)),
      gitRuns:
        runsBefore === undefined || runsAfter === undefined
          ? null
          : rounded((runsAfter - runsBefore) / packets),
      memory: await largestMemoryOf(worker.pid),
    };
  } finally {
    await connection.close();
  }
}

/** What each further packet costs: the one run less the other, by as many packets as it had more. */
export function furtherPacket(more: Costs & Case, less: Costs & Case): Costs {
  const further = (a: number, b: number) =>
    rounded((a * more.packets - b * less.packets) / (more.packets - less.packets));
  return {
    processorTime: eachTime(more.processorTime, less.processorTime, further),
    gitRuns: more.gitRuns === null || less.gitRuns === null ? null : further(more.gitRuns, less.gitRuns),
  };
}

/** To tenths of a millisecond: the counters are coarser, but are divided by packets. */
const rounded = (value: number) => Number(value.toFixed(4));
