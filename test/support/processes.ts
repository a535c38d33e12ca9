import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from '../../src/processes/process-table.ts';

/** Waits until no process of that id runs; throws after ten seconds, more than a server takes to close its database. */
export async function waitUntilGone(pid: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if ((await startTimeOf(pid)) === undefined) return;
    await sleep(50);
  }
  throw new Error(`Process ${pid} still runs after 10 s.`);
}
