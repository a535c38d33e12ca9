import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { identifyProcess, isSameProcessAlive, type ProcessIdentity } from '../processes/process-identity.ts';
import { readTextIfThere } from './atomic-file.ts';

/** How often a waiter looks again: short against what is done under these locks. */
const POLL_MS = 50;

export interface ProcessLock {
  /** Lets the next one in. Calling it again does nothing. */
  release(): Promise<void>;
}

/** What a lock's file says: who holds it, or that it was released. */
type Entry = ProcessIdentity | 'released' | undefined;

/**
 * A lock among the processes of this machine that survives SIGKILL of its holder.
 *
 * `folder` holds numbered entries, and the highest number says who has the lock. Whoever finds that one
 * released or its process dead makes the next number, which only one can; the highest is never deleted, so
 * nobody who read an older state can win with it. The files are handled without waiting, which takes a tenth of the
 * processor time.
 *
 * @returns the lock, or the process that has it.
 */
export const tryProcessLock = async (folder: string): Promise<ProcessLock | { holder: number }> => {
  mkdirSync(folder, { recursive: true });
  const self = await identifyProcess(process.pid);
  if (self === undefined) throw new Error(`cannot tell when process ${process.pid} started`);
  for (;;) {
    const highest = numbers(folder).at(-1) ?? 0;
    const entry = highest === 0 ? 'released' : await readEntry(folder, highest);
    // A lower number may vanish between listing and reading: look again.
    if (entry === undefined) {
      await turn();
      continue;
    }
    if (entry !== 'released' && (await isSameProcessAlive(entry))) return { holder: entry.pid };
    const mine = highest + 1;
    const file = path.join(folder, String(mine));
    if (!(await create(file, JSON.stringify(self)))) continue;
    try {
      const all = numbers(folder);
      if (all.at(-1) !== mine) {
        rmSync(file, { force: true });
        continue;
      }
      for (const old of all.filter((n) => n < mine)) rmSync(path.join(folder, String(old)), { force: true });
      return { release: () => releaseSurely(file) };
    } catch (error) {
      await releaseSurely(file);
      throw error;
    }
  }
};

/** How often a release that failed is tried again: as long as it fails, nobody could write below the lock either. */
const AGAIN_MS = 1000;

/**
 * Says that an entry is released by emptying it, which takes no room on a full disk. The holder lives on, so if that fails
 * it would hold the lock until its end: it is tried behind its back until it works.
 */
const releaseSurely = async (file: string): Promise<void> => {
  try {
    await truncate(file);
  } catch (error) {
    // It lost the race for its number, or the whole home is gone.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    setTimeout(() => void releaseSurely(file), AGAIN_MS).unref();
  }
};

/** How long others are waited for. */
export interface LockPatience {
  /** Give up after this long; absent: never. */
  readonly timeoutMs?: number;
  /** Called once when somebody else holds the lock, so that a person knows what is waited for. */
  readonly onWait?: (holder: number) => void;
}

/**
 * Runs `work` while this process holds the lock `folder`.
 * @throws Error where somebody else held it for longer than the patience lasts.
 */
export const withProcessLock = async <T>(
  folder: string,
  work: () => Promise<T>,
  { timeoutMs = Number.POSITIVE_INFINITY, onWait }: LockPatience = {},
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  let lock = await tryProcessLock(folder);
  if ('holder' in lock) onWait?.(lock.holder);
  while ('holder' in lock) {
    if (Date.now() > deadline)
      throw new Error(
        `The lock ${folder} has been held by process ${lock.holder} for more than ${Math.round(timeoutMs / 1000)} s. ` +
          'Wait for that process, or stop it, and try again.',
      );
    await sleep(POLL_MS);
    lock = await tryProcessLock(folder);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
};

const numbers = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);

const readEntry = async (folder: string, number: number): Promise<Entry> => {
  const text = await readTextIfThere(path.join(folder, String(number)));
  if (text === undefined) return undefined;
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    if (typeof pid === 'number' && typeof startedAt === 'string') return { pid, startedAt };
  } catch {
    // Emptied, or nothing that a holder wrote.
  }
  return 'released';
};

/** A hard link appears at once and with its content, so no reader ever sees an empty entry. */
const create = async (file: string, content: string): Promise<boolean> => {
  const temporary = `${file}.${randomUUID()}.tmp`;
  writeFileSync(temporary, content);
  try {
    linkSync(temporary, file);
    return (await readTextIfThere(file)) === content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
};
