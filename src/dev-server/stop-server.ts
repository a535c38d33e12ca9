import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcessAlive } from '../processes/process-identity.ts';
import { isServerAlive, readServerRecord, type ServerRecord } from './server-record.ts';

/** The server closes its database in about a second; it is killed when it takes ten times as long. */
const terminationTimeout = 10_000;

/** How often it is looked whether a process that isn't our child is gone. */
const pollMilliseconds = 50;

/** Stops a server: SIGTERM, a wait, SIGKILL. Returns when the process is gone. */
export async function stopServer(record: ServerRecord): Promise<void> {
  signal(record.pid, 'SIGTERM', await isServerAlive(record));
  const deadline = Date.now() + terminationTimeout;
  while (await isSameProcessAlive(record)) {
    if (Date.now() > deadline) signal(record.pid, 'SIGKILL', true);
    await sleep(pollMilliseconds);
  }
}

/** Stops the server that runs on a database file, whoever started it. Returns whether there was one. */
export async function stopRunningServer(dbFilename: string): Promise<boolean> {
  const record = await readServerRecord(dbFilename);
  if (!record || !(await isServerAlive(record))) return false;
  await stopServer(record);
  return true;
}

/** Resolves when a process that isn't our child is gone. */
export async function waitForEnd(record: ServerRecord): Promise<void> {
  while (await isSameProcessAlive(record)) await sleep(pollMilliseconds * 10, undefined, { ref: false });
}

function signal(pid: number, name: NodeJS.Signals, alive: boolean): void {
  if (!alive) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
