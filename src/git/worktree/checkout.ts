import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../../installed/remove-tree.ts';
import { converting } from '../content/converting.ts';
import { inClone, type RepositoryContext, worktreeMutex } from '../context.ts';
import { isRefusal } from '../git-error.ts';
import { commitFacts } from '../store/commit-object.ts';
import { isUnsayable, type Listing, listTree } from '../store/listing.ts';
import { ensureCommit } from '../store/objects.ts';
import { captureWorktree, noteWritten, withFreshIndex } from './capture-worktree.ts';
import { worktreeKey } from './commit.ts';
import { excludedBy } from './excluded.ts';
import { makeOwnRepository } from './own-repository.ts';
import { isDenied } from './plain-files.ts';
import { putFiles } from './put-files.ts';
import { whileChanging } from './while-changing.ts';
import {
  existingWorktree,
  isRealFolder,
  type WorktreeId,
  type WorktreeMark,
  type WorktreePaths,
  writeMark,
} from './worktree-paths.ts';

const GITLINK = '160000';

/**
 * Makes a worktree of Baton's own exactly `commit`: whatever else lies there goes, ignored or not, but what is below
 * `keep`. Uncommitted work in it is lost, so never on a packet's own worktree.
 *
 * @param keep - paths that the set-up made
 */
export const checkoutClean = (
  repo: RepositoryContext,
  worktree: WorktreeId,
  commit: string,
  keep: readonly string[] = [],
): Promise<void> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark, ...paths } = await existingWorktree(repo, worktree);
    await ensureCommit(repo, commit);
    await checkoutUnlocked(repo, paths, mark, commit, keep);
    await writeMark(paths.admin, { ...mark, start: commit });
  });

export const checkoutUnlocked = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  mark: WorktreeMark,
  commit: string,
  keep: readonly string[],
): Promise<void> => {
  const listing = await listTree(repo, (await commitFacts(repo, commit)).tree);
  await whileChanging(() => removeOthers(paths.path, listing, keep));
  await writeFiles(repo, paths, commit);
  const { branch = mark.name, base, excluded = [] } = mark;
  await makeOwnRepository(repo, paths, { branch, head: commit, base, excluded });
};

/** Files of `commit` as git checks them out. Only where nobody else should write, or nobody has been yet. */
export const writeFiles = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  commit: string,
): Promise<void> => {
  const { tree } = await commitFacts(repo, commit);
  try {
    await withFreshIndex(paths, () =>
      converting(repo, ['read-tree', '--reset', '-u', commit], {
        cwd: paths.path,
        env: { GIT_WORK_TREE: paths.path, GIT_INDEX_FILE: paths.index },
      }),
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // A command that ended may have left a process that writes here still, and git stops at what it meets.
    const files = [...(await listTree(repo, tree))].filter(([file, { mode }]) => isPut(file, mode));
    await putFiles(repo, paths, tree, { files: files.map(([file]) => file) });
  }
  await noteWritten(repo, paths, tree);
};

const isPut = (file: string, mode: string): boolean => mode !== GITLINK && !isUnsayable(file);

/** Removes what `listing` doesn't have, and what isn't a file any more that it has. Git would look into some of it. */
const removeOthers = async (root: string, listing: Listing, keep: readonly string[]): Promise<void> => {
  const folders = new Set<string>();
  for (const file of [...listing.keys(), ...keep])
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1))
      folders.add(file.slice(0, at));
  const kept = new Set(keep.map((each) => each.replace(/\/$/, '')));
  const visit = async (folder: string): Promise<void> => {
    // Gone meanwhile, or something else by now.
    if (folder !== '' && !(await isRealFolder(path.join(root, folder)))) return;
    await makeUsable(path.join(root, folder));
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (kept.has(relative) || isUnsayable(entry.name)) continue;
      const isFile = entry.isFile() || entry.isSymbolicLink();
      if (isFile && listing.has(relative)) continue;
      if (entry.isDirectory() && folders.has(relative)) await visit(relative);
      else await remove(path.join(root, relative));
    }
    await removeUnsayable(path.join(root, folder), (name) => {
      const relative = folder === '' ? name : `${folder}/${name}`;
      return listing.has(relative) || folders.has(relative);
    });
  };
  await visit('');
};

const OWNER = 0o700;

/** A check may have made a folder read-only, or worse: git has to write there. */
const makeUsable = async (folder: string): Promise<void> => {
  const { mode } = await lstat(folder);
  if ((mode & OWNER) !== OWNER) await chmod(folder, (mode & 0o777) | OWNER);
};

/** Also what is in read-only folders, such as Go's module cache. */
const remove = async (at: string): Promise<void> => {
  try {
    await rm(at, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!isDenied(error)) throw error;
    await removeTree(at);
  }
};

/** Removes what has a name that isn't UTF-8, and so can't be said as text. */
const removeUnsayable = async (folder: string, isTracked: (name: string) => boolean): Promise<void> => {
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    const text = name.toString('utf8');
    if (!isUnsayable(text) || isTracked(text)) continue;
    await rm(Buffer.concat([Buffer.from(`${folder}/`), name]), { recursive: true, force: true });
  }
};

export interface Drift {
  /** Tracked files that aren't as the commit has them. */
  readonly changed: readonly string[];
  /** Files that it doesn't have, and that nothing ignores. */
  readonly added: readonly string[];
}

/** How a worktree of Baton's own differs from the commit that was checked out there, as far as git would see. */
export const drift = (
  repo: RepositoryContext,
  worktree: WorktreeId,
  keep: readonly string[] = [],
): Promise<Drift> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark, ...paths } = await existingWorktree(repo, worktree);
    const { tree } = await commitFacts(repo, mark.start);
    const content = await captureWorktree(
      repo,
      paths,
      tree,
      excludedBy([...(mark.excluded ?? []), ...keep]),
      {
        trackedOnly: true,
      },
    );
    const args = [
      'diff-tree',
      '-r',
      '-z',
      '--name-only',
      '--no-renames',
      '--diff-filter=MDT',
      tree,
      content.tree,
    ];
    const changed = content.tree === tree ? [] : (await inClone(repo, args)).stdout.split('\0');
    const all = new Set([...changed, ...content.withheld.keys()]);
    return { changed: [...all].filter((file) => file !== ''), added: content.added };
  });

/** Puts tracked files back as the commit has them that was checked out; other files stay. */
export const restoreFiles = (
  repo: RepositoryContext,
  worktree: WorktreeId,
  files: readonly string[],
): Promise<void> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark, ...paths } = await existingWorktree(repo, worktree);
    const { tree } = await commitFacts(repo, mark.start);
    const listing = await listTree(repo, tree);
    const tracked = files.filter((file) => ![undefined, GITLINK].includes(listing.get(file)?.mode));
    if (tracked.length > 0) await putFiles(repo, paths, tree, { files: tracked });
  });

/** Removes a worktree's files and Baton's data about it, also half-made ones. */
export const erase = async (paths: WorktreePaths): Promise<void> => {
  await remove(paths.path);
  await remove(paths.admin);
};
