import { readFile } from 'node:fs/promises';
import { descendantsOf } from '../../src/processes/process-table.ts';
import { type ProcessorTimes, timesOf } from './proc-stat.ts';

/** Seconds of processor time, by who used them. */
export interface ProcessorTime {
  readonly workerUser: number;
  readonly workerSystem: number;
  /** The small process below the worker that starts all others; 0 where the worker does that itself. */
  readonly launcher: number;
  /** Git, agents and checks: all else below the worker. */
  readonly started: number;
  readonly server: number;
}

const LAUNCHER = 'processes/launcher/main';
const own = ({ user, system }: ProcessorTimes) => user + system;

/** So far, of a worker and a server that live. Elsewhere than on Linux: null. */
export async function processorTime(worker: number, server: number): Promise<ProcessorTime | null> {
  if (process.platform !== 'linux') return null;
  const { user, system, endedChildren } = await timesOf(worker);
  let launcher = 0;
  let started = endedChildren;
  for (const { pid, parent } of await descendantsOf(worker)) {
    const times = await timesOf(pid).catch(() => undefined);
    // It ended between the two looks, and is in its parent's figures the next time.
    if (times === undefined) continue;
    started += times.endedChildren;
    if (parent === worker && (await isLauncher(pid))) launcher += own(times);
    else started += own(times);
  }
  const serverTimes = await timesOf(server);
  return {
    workerUser: user,
    workerSystem: system,
    launcher,
    started,
    server: own(serverTimes) + serverTimes.endedChildren,
  };
}

const isLauncher = async (pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(LAUNCHER);

/** `combine` on each of the figures. */
export const eachTime = (
  a: ProcessorTime | null,
  b: ProcessorTime | null,
  combine: (a: number, b: number) => number,
): ProcessorTime | null =>
  a &&
  b && {
    workerUser: combine(a.workerUser, b.workerUser),
    workerSystem: combine(a.workerSystem, b.workerSystem),
    launcher: combine(a.launcher, b.launcher),
    started: combine(a.started, b.started),
    server: combine(a.server, b.server),
  };
