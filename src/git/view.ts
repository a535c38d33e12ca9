import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Git reads its settings from a file beside the objects, and runs programs that they name. Whoever can write there could
 * do so between any look at it and git's own. So git is never run on such a folder: it is run on a view of it, a folder
 * made for one run, with Baton's settings as its own, and links to the objects and refs, which are data.
 *
 * A view is made and removed without waiting: its dozen entries in a folder of Baton's own take a tenth of a millisecond,
 * and a fifteenth of the processor time that they take with a wait for each.
 */

/** What a view shows, and how. */
export interface Viewed {
  /** A bare repository, or the `.git` that all worktrees of a repository share. */
  readonly of: string;
  /** The content of the view's `config`: nothing is read of the repository's. */
  readonly config: string;
  /** The content of its `HEAD`. Default: a branch that need not be there. */
  readonly head?: string;
  /** Patterns that its `git status` leaves out. */
  readonly exclude?: string;
  /** Shown beside objects and refs, where it is there. Default: nothing. */
  readonly more?: readonly string[];
}

const PREFIX = 'baton-view-';
const HEAD = 'ref: refs/heads/main\n';
/** Git makes a file of packed refs when it needs one, and follows a link to where it is to be. */
const ALWAYS = ['objects', 'refs', 'packed-refs'];
/** No command of git takes this long, so nobody uses such a view any more. */
const LEFT_AFTER_MS = 24 * 3_600_000;

/** Runs `work` with a view below `folder`, which only Baton writes to; the view goes away with it. */
export const withView = async <T>(
  folder: string,
  viewed: Viewed,
  work: (view: string) => Promise<T>,
): Promise<T> => {
  const view = makeIn(folder);
  try {
    fill(view, viewed);
    return await work(view);
  } finally {
    clear(view, viewed);
  }
};

const makeIn = (folder: string): string => {
  try {
    return mkdtempSync(path.join(folder, PREFIX));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return mkdtempSync(path.join(folder, PREFIX));
  }
};

/** Most runs leave nothing beside what the view was made of, and to look for more takes three times the processor time. */
const clear = (view: string, { exclude, more = [] }: Viewed): void => {
  try {
    if (exclude === undefined)
      for (const name of ['HEAD', 'config', ...ALWAYS, ...more]) unlinkIfThere(path.join(view, name));
    rmdirSync(view);
  } catch {
    rmSync(view, { recursive: true, force: true });
  }
};

const unlinkIfThere = (file: string): void => {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const fill = (view: string, { of, config, head = HEAD, exclude, more = [] }: Viewed): void => {
  const show = (name: string) => symlinkSync(path.join(of, name), path.join(view, name));
  writeFileSync(path.join(view, 'HEAD'), head);
  writeFileSync(path.join(view, 'config'), config);
  for (const name of ALWAYS) show(name);
  for (const name of more) if (isThere(path.join(of, name))) show(name);
  if (exclude === undefined) return;
  mkdirSync(path.join(view, 'info'));
  writeFileSync(path.join(view, 'info', 'exclude'), exclude);
};

const isThere = (at: string): boolean => {
  try {
    return lstatSync(at, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** Said to git to make it use a view and nothing else. */
export const viewEnv = (view: string): Record<string, string> => ({ GIT_DIR: view, GIT_COMMON_DIR: view });

/** Makes the folder for views, and removes what killed processes left there. */
export const prepareViews = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const view = path.join(folder, name);
    const stat = await lstat(view).catch(() => undefined);
    if (stat !== undefined && Date.now() - stat.mtimeMs > LEFT_AFTER_MS)
      await rm(view, { recursive: true, force: true });
  }
};
