import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerOptions } from '@temporalio/worker';
import { type Build, knowsAll, succeeds } from '../domain/build.ts';
import { firstLine } from '../domain/error-text.ts';
import { WORKER_DEPLOYMENT } from '../domain/ids.ts';
import type { KeptBuilds } from './kept-builds.ts';

/** A server registers a build 0.3 to 5 s after its first poll. */
const TICK_MS = 250;
/** A server that refuses or doesn't answer is asked less often, and for ever: nothing goes on until it agrees. */
const TROUBLE_TICK_MS = 2_000;

interface Upgrade {
  readonly builds: Pick<KeptBuilds, 'current' | 'read' | 'write' | 'makeCurrent' | 'running' | 'hold'>;
  readonly build: Build;
  /** Whether a person wants this build to have the work, although it is older than the current one. */
  readonly takeBack: boolean;
  readonly log: (line: string) => void;
}

/**
 * Options of a worker that says which build it is. Its workflows follow the current build from release to release,
 * because their histories replay there.
 */
export const asBuildOf = ({ id }: Build): Pick<WorkerOptions, 'workerDeploymentOptions'> => ({
  workerDeploymentOptions: {
    version: { deploymentName: WORKER_DEPLOYMENT, buildId: id },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  },
});

/**
 * Makes this worker's build the current one, unless that is a newer one. The worker has to poll already, or will soon:
 * the server knows no other builds. Comes back when that is settled, or when `signal` says to stop.
 */
export async function takeOver(upgrade: Upgrade, signal: AbortSignal): Promise<void> {
  let told = false;
  while (!signal.aborted) {
    try {
      if (await settled(upgrade)) return;
      await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) return;
      if (!told)
        upgrade.log(
          `the server didn't let this worker's build ${upgrade.build.id} have the work yet, and is asked again: ` +
            firstLine(error),
        );
      told = true;
      await sleep(TROUBLE_TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One try. False: the server doesn't know the build yet, or somebody else was faster. */
async function settled(upgrade: Upgrade): Promise<boolean> {
  const { builds, build, takeBack, log } = upgrade;
  const current = await builds.current();
  if (current.id === build.id) {
    await letGo(upgrade);
    return true;
  }
  const other = current.id === undefined ? undefined : await builds.read(current.id);
  const isNext = current.id === undefined || (other !== undefined && succeeds(build, other));
  if (!isNext && !takeBack) {
    log(waitingText(build, current.id ?? ''));
    return true;
  }
  // In this order: whoever finds a build as the current one can read what it knows.
  if (!(await builds.write(build))) return false;
  if (!isNext) await hold(upgrade);
  if (!(await builds.makeCurrent(build.id, current))) return false;
  // Again: what the other build's workers did meanwhile.
  const held = isNext ? 0 : await hold(upgrade);
  await letGo(upgrade);
  if (current.id !== undefined) log(takenOverText(build, current.id, held));
  return true;
}

/** Holds what this build can't go on with for workers of the build that it ran on. Answers how much that is. */
async function hold({ builds, build }: Upgrade): Promise<number> {
  let held = 0;
  for (const { workflowId, build: last, changes } of await builds.running()) {
    if (last === undefined || last === build.id || knowsAll(build, changes)) continue;
    await builds.hold(workflowId, last);
    held += 1;
  }
  return held;
}

/** Lets everything go on that was held for another build, and that this one knows. */
async function letGo({ builds, build }: Upgrade): Promise<void> {
  for (const { workflowId, changes } of await builds.running('held'))
    if (knowsAll(build, changes)) await builds.hold(workflowId, undefined);
}

const waitingText = ({ id }: Build, current: string): string =>
  `this worker is build ${id}, and features here belong to build ${current}, which is newer: they go on when a ` +
  'worker of that build or a newer one runs. To go back to this one nevertheless: baton worker --take-back';

const takenOverText = ({ id }: Build, before: string, held: number): string =>
  `build ${id} has the work now, which build ${before} had before` +
  (held === 0
    ? ''
    : `; ${held} workflow(s) that only build ${before} can go on with wait for a worker of it`);
