import { lstat, mkdir, mkdtemp, readdir, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Git reads its settings from a file beside the objects, and runs programs that they name. Whoever can write there could
 * do so between any look at it and git's own. So git is never run on such a folder: it is run on a view of it, a folder
 * made for one run, with Baton's settings as its own, and links to the objects and refs, which are data.
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
  const view = await mkdtemp(path.join(folder, PREFIX)).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return mkdtemp(path.join(folder, PREFIX));
  });
  try {
    await fill(view, viewed);
    return await work(view);
  } finally {
    await clear(view, viewed);
  }
};

/** Most runs leave nothing beside what the view was made of, and to look for more takes three times the processor time. */
const clear = async (view: string, { exclude, more = [] }: Viewed): Promise<void> => {
  const names = ['HEAD', 'config', ...ALWAYS, ...more];
  if (exclude === undefined)
    await Promise.all(names.map((name) => unlink(path.join(view, name)).catch(() => undefined)));
  await rmdir(view).catch(() => rm(view, { recursive: true, force: true }));
};

const fill = async (view: string, { of, config, head = HEAD, exclude, more = [] }: Viewed): Promise<void> => {
  const show = (name: string) => symlink(path.join(of, name), path.join(view, name));
  const showIfThere = async (name: string) => {
    if ((await lstat(path.join(of, name)).catch(() => undefined)) !== undefined) await show(name);
  };
  const info = async () => {
    if (exclude === undefined) return;
    await mkdir(path.join(view, 'info'));
    await writeFile(path.join(view, 'info', 'exclude'), exclude);
  };
  await Promise.all([
    writeFile(path.join(view, 'HEAD'), head),
    writeFile(path.join(view, 'config'), config),
    info(),
    ...ALWAYS.map(show),
    ...more.map(showIfThere),
  ]);
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
