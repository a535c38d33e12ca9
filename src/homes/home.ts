import { randomInt } from 'node:crypto';
import { BatonError } from '../domain/failures.ts';
import { readJson, writeFileAtomic } from './atomic-file.ts';
import { makeHomeDir } from './home-dir.ts';
import { type HomePaths, homePaths } from './paths.ts';
import { tryProcessLock } from './process-lock.ts';

/** A worker's directory, held by this process until `release`. */
export interface Home {
  /** Kept over restarts: task queues carry it, so a restarted worker finds its queue again. */
  readonly id: string;
  readonly dir: string;
  readonly paths: HomePaths;
  /** Lets another worker have the home. Calling it again does nothing. */
  release(): Promise<void>;
}

const ID = /^[a-z0-9]{8}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const newId = (): string => Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/**
 * Opens the home in `dir`, making it when it isn't there, and holds it: one worker at a time.
 * A home whose worker was killed is taken over at once.
 * @throws BatonError `BadInput` when a live process holds it.
 */
export const openHome = async (dir: string): Promise<Home> => {
  const paths = homePaths(dir);
  await makeHomeDir(paths.dir);
  const lock = await tryProcessLock(paths.lock);
  if ('holder' in lock) {
    throw new BatonError(
      'BadInput',
      `The home ${paths.dir} is held by process ${lock.holder}. One worker at a time can use a home: ` +
        'stop that worker, or start this one with another home.',
    );
  }
  try {
    const id = (await homeId(paths.dir)) ?? newId();
    await writeFileAtomic(paths.identity, `${JSON.stringify({ id })}\n`);
    return { id, dir: paths.dir, paths, release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
};

/** The id of the home in `dir`, held or not; undefined where there is none. */
export const homeId = async (dir: string): Promise<string | undefined> => {
  const value = await readJson(homePaths(dir).identity);
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && ID.test(id) ? id : undefined;
};
