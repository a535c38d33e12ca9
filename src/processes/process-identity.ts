import { startTimeOf } from './process-table.ts';

/** Enough to tell a process from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in whatever form the system tells it; only compared for equality. */
  readonly startedAt: string;
}

/** The identity of a running process, or undefined if there is none with that number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = await startTimeOf(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether exactly that process is still running. */
export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(identity.pid)) === identity.startedAt;
}
