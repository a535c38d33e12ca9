import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessInfo } from '../../src/processes/process-info.ts';
import { descendantsOf, environmentOf, processesWith } from '../../src/processes/process-table.ts';
import type { World } from './world.ts';

/** Longer than a worker may be silent before its work is given to others (10 s). */
const SILENT_MS = 13_000;
/** Longer than Baton's shortest wait before it tries again, shorter than any bound on trying. */
const FULL_MS = 5000;
/** Runs of git take milliseconds: how long one is looked for. */
const LOOK_FOR_MS = 2000;

const kill = (found: readonly ProcessInfo[]): boolean => {
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return found.length > 0;
};

/** Looks until something is there to be killed; false if nothing is. */
const lookAndKill = async (look: () => Promise<readonly ProcessInfo[]>): Promise<boolean> => {
  for (const end = Date.now() + LOOK_FOR_MS; Date.now() < end; await sleep(5))
    if (kill(await look())) return true;
  return false;
};

const agentsOf = async (feature: string) => {
  const carriers = await processesWith({ BATON_FEATURE: feature });
  // Checks and release commands carry the feature too, and no role of an agent's.
  const environments = await Promise.all(carriers.map(({ pid }) => environmentOf(pid)));
  return carriers.filter((_, at) => environments[at]?.BATON_CHAOS_JOURNAL !== undefined);
};

/** What is done to a feature's world; false if there was nothing to do it to. */
export const FAULTS = {
  /** SIGKILL, and the next worker starts at once. */
  worker: async (world: World) => {
    await world.nextWorker('SIGKILL');
    return true;
  },
  /** A restart as by hand. */
  restart: async (world: World) => {
    await world.nextWorker('SIGTERM');
    return true;
  },
  /** SIGKILL of Temporal's server, and its start on the same database. */
  server: async (world: World) => {
    await world.nextServer();
    return true;
  },
  /** SIGKILL of all agents of the feature, as the OOM killer does. */
  agent: (_world: World, feature: string) => lookAndKill(() => agentsOf(feature)),
  /** SIGKILL of every git that runs below the worker. */
  git: (world: World) =>
    lookAndKill(async () =>
      (await descendantsOf(world.worker.pid ?? 0)).filter(({ name }) => name === 'git'),
    ),
  /** The worker stands still until its work was given up, and goes on. */
  stop: async (world: World) => {
    world.worker.kill('SIGSTOP');
    await sleep(SILENT_MS);
    world.worker.kill('SIGCONT');
    return true;
  },
  /** No connection between worker and server until the worker's work was given up. */
  network: async (world: World) => {
    world.proxy.sever();
    await sleep(SILENT_MS);
    world.proxy.mend();
    return true;
  },
  /** No room in the home for a moment. */
  disk: async (world: World) => {
    if (!world.canBeFilled) return false;
    const empty = await world.fillHome();
    await sleep(FULL_MS);
    await empty();
    return true;
  },
} as const;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
