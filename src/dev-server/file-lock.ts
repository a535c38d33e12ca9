import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isSameProcessAlive, type ProcessIdentity } from '../processes/process-identity.ts';

/** How often a waiter looks again: short against what is done under these locks (a start takes a second). */
const pollMilliseconds = 100;

export interface FileLockOptions {
  /** Give up after this long. */
  readonly timeoutMilliseconds: number;
  /** Called once when somebody else holds the lock, so that a person knows what is waited for. */
  readonly onWait?: (holder: number) => void;
}

/**
 * Runs `work` while holding the lock `file`, which only processes of this machine contend for.
 * The file names its holder; one left by a dead process is taken over.
 */
export async function withFileLock<T>(
  file: string,
  options: FileLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await acquire(file, options);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, options: FileLockOptions): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const self = JSON.stringify({ ...(await identifyProcess(process.pid)), token: randomUUID() });
  const deadline = Date.now() + options.timeoutMilliseconds;
  let told = false;
  while (!(await tryCreate(file, self))) {
    const content = await readFile(file, 'utf8').catch(() => undefined);
    if (content === undefined) continue;
    const holder = parseHolder(content);
    if (holder === undefined || !(await isSameProcessAlive(holder))) {
      await removeStale(file, content);
      continue;
    }
    if (!told) options.onWait?.(holder.pid);
    told = true;
    if (Date.now() > deadline) {
      throw new Error(
        `The lock ${file} has been held by process ${holder.pid} for more than ` +
          `${Math.round(options.timeoutMilliseconds / 1000)} s. Wait for that process, or stop it, and try again.`,
      );
    }
    await sleep(pollMilliseconds);
  }
}

/** A hard link appears at once and with its content, so no reader ever sees an empty lock. */
async function tryCreate(file: string, content: string): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, content);
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Moves the lock aside first: if a live one slipped in between reading and moving, it is put back. */
async function removeStale(file: string, staleContent: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== staleContent) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(content);
    const { pid, startedAt } = value as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}
