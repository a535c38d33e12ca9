import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntilListening } from '../../tools/listening.mjs';
import { startTime } from './start-time.mjs';
import { inState, readJson, writeJson } from './state.mjs';

/** How long a process may take to finish what it does before it is killed. */
const GRACE_MS = 4_000;

const recordOf = (name) => inState('processes', `${name}.json`);

/** A record's process runs, and is the one that was started: numbers of ended processes are used again. */
const runs = (record) => record !== undefined && startTime(record.pid) === record.startTime;

/**
 * Starts `script` as a process that outlives this one, and returns what it says once it listens. It gets none
 * of this process's environment but what programs need, so nothing leads from it to the release that started
 * it. The guard ends it when its record is gone.
 */
export async function startProcess(name, script, { args = [], env = {} } = {}) {
  mkdirSync(inState('logs'), { recursive: true });
  const log = inState('logs', `${name}.log`);
  rmSync(log, { force: true });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, ['--import', inState('bin', 'guard.mjs'), script, ...args], {
    cwd: inState(),
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH, ACCOUNTS_PROCESS_RECORD: recordOf(name), ...env },
  });
  const record = { name, pid: child.pid, startTime: startTime(child.pid) };
  writeJson(recordOf(name), record);
  child.unref();
  return waitUntilListening(name, log, () => runs(record));
}

/** Whether the process of this name runs. */
export const processRuns = (name) => runs(readJson(recordOf(name)));

/** Ends the process of this name and waits until it is gone; true when there was one. */
export async function stopProcess(name) {
  const record = readJson(recordOf(name));
  const found = runs(record);
  if (found) {
    process.kill(record.pid, 'SIGTERM');
    const deadline = Date.now() + GRACE_MS;
    while (runs(record) && Date.now() < deadline) await sleep(20);
    if (runs(record)) process.kill(record.pid, 'SIGKILL');
    while (runs(record)) await sleep(20);
  }
  rmSync(recordOf(name), { force: true });
  return found;
}

/** The names of all recorded processes. */
export function processNames() {
  const directory = inState('processes');
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(`${directory}/${file}`, 'utf8')).name);
}
