import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Git holds the lock of a ref for milliseconds: one this old belongs to a killed process. */
const STALE_AFTER_MS = 2000;
const POLL_MS = 100;

/**
 * Where git complains of a lock file, waits until that is gone, or old enough to be one that a killed
 * process left, which is then removed. Only below `folders`, which are Baton's own.
 * @returns whether trying again makes sense.
 */
export const removeStaleLock = async (stderr: string, folders: readonly string[]): Promise<boolean> => {
  const named = /Unable to create '([^\n]+\.lock)'/.exec(stderr)?.[1];
  if (named === undefined) return false;
  const file = path.normalize(named);
  if (!folders.some((folder) => file.startsWith(folder + path.sep))) return false;
  const first = await lstat(file).catch(() => undefined);
  while (first !== undefined) {
    const now = await lstat(file).catch(() => undefined);
    if (now === undefined || now.ino !== first.ino || now.mtimeMs !== first.mtimeMs) return true;
    if (Date.now() - now.mtimeMs > STALE_AFTER_MS) {
      await rm(file, { force: true });
      return true;
    }
    await sleep(POLL_MS);
  }
  return true;
};
