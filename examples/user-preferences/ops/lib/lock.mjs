import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTime } from './start-time.mjs';
import { inState, OpsError } from './state.mjs';

/** Longer than any operation takes: who waits this long waits for something that hangs. */
const WAIT_MS = 90_000;

/**
 * Runs `work` while no other operation works on the environment. An operation that was started again while its
 * first process still runs waits here for it; the lock of a killed process counts for nothing.
 */
export async function withLock(environment, work) {
  const lock = inState(environment, 'lock');
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startTime(process.pid)}`);
  const deadline = Date.now() + WAIT_MS;
  while (!take(mine, lock)) {
    if (Date.now() > deadline)
      throw new OpsError(`another operation on ${environment} doesn't end (${lock})`);
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
    rmSync(mine, { force: true });
  }
}

function take(mine, lock) {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const [pid, started] = readOwner(lock);
  if (pid && String(startTime(Number(pid))) !== started) rmSync(lock, { force: true });
  return false;
}

function readOwner(lock) {
  try {
    return readFileSync(lock, 'utf8').split(/ (.*)/s);
  } catch {
    return [];
  }
}
