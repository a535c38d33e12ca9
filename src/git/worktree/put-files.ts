import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { converting } from '../content/converting.ts';
import { bringLfs } from '../content/lfs.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import { noteWritten, withFreshIndex } from './capture-worktree.ts';
import { putInside, removeInside } from './plain-files.ts';
import type { WorktreePaths } from './worktree-paths.ts';

export interface ToPut {
  /** The files of this tree that go there, in place of whatever is in their way. */
  readonly files: readonly string[];
  /** Paths that go away first. */
  readonly gone?: readonly string[];
}

/**
 * Puts files of a tree into a worktree that others write to as well, as git checks them out, and never through a link.
 * Git writes them beside it first: of the worktree it would read the attributes, be they a FIFO.
 */
export const putFiles = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  tree: string,
  { files, gone = [] }: ToPut,
): Promise<void> => {
  await rm(paths.staging, { recursive: true, force: true });
  await mkdir(paths.staging, { recursive: true });
  await bringLfs(repo, tree);
  try {
    const own = {
      cwd: paths.staging,
      env: { GIT_WORK_TREE: paths.staging, GIT_INDEX_FILE: paths.index },
    };
    await withFreshIndex(paths, () => inClone(repo, ['read-tree', '--reset', tree], own));
    await converting(repo, ['checkout-index', '--force', '-z', '--stdin'], {
      ...own,
      input: files.map((file) => `${file}\0`).join(''),
    });
    for (const file of gone) await removeInside(paths.path, file);
    for (const file of files) await putInside(paths.path, file, path.join(paths.staging, file));
    await noteWritten(repo, paths, tree, files);
  } finally {
    await rm(paths.staging, { recursive: true, force: true });
  }
};
