import { type RepositoryContext, worktreeMutex } from '../context.ts';
import { putModules } from '../modules/place-modules.ts';
import { GITLINK, type ListedFile, listTree } from '../store/listing.ts';
import { worktreeKey } from './commit.ts';
import { putFiles } from './put-files.ts';
import { existingWorktree, type WorktreeId, type WorktreePaths } from './worktree-paths.ts';

export interface TreeToPut {
  readonly worktree: WorktreeId;
  /** The worktree's present content. */
  readonly from: string;
  /** A tree that the clone has. */
  readonly to: string;
}

/** Brings a worktree's files from one tree to another; nothing is committed. May be repeated. */
export const putTree = (repo: RepositoryContext, { worktree, from, to }: TreeToPut): Promise<void> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark: _, ...paths } = await existingWorktree(repo, worktree);
    await writeChanges(repo, paths, from, to);
  });

/** Writes what differs between two trees into a worktree that others write to as well; never through a link. */
export const writeChanges = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  from: string,
  to: string,
): Promise<void> => {
  if (from === to) return;
  const [before, after] = [await listTree(repo, from), await listTree(repo, to)];
  const isFile = ([, { mode }]: [string, ListedFile]) => mode !== GITLINK;
  const wanted = [...after].filter(isFile).filter(([file, { mode, id }]) => {
    const old = before.get(file);
    return old?.id !== id || old.mode !== mode;
  });
  const gone = [...before].filter(isFile).filter(([file]) => !after.has(file));
  await putFiles(repo, paths, to, {
    files: wanted.map(([file]) => file),
    gone: gone.map(([file]) => file),
  });
  await putModules(repo, paths, from, to);
};
