import { type RepositoryContext, worktreeMutex } from '../context.ts';
import { isLocal } from '../remote/origin.ts';
import { commitFacts } from '../store/commit-object.ts';
import { listTree } from '../store/listing.ts';
import { worktreeKey } from './commit.ts';
import { type CopiedFiles, copyFiles } from './copy-files.ts';
import { existingWorktree, tipOf, type WorktreeId } from './worktree-paths.ts';

/**
 * Copies local settings, such as `.env`, from the user's checkout into a worktree, where the origin is a folder here;
 * see `copyFiles`. May be repeated.
 */
export const copyIn = (
  repo: RepositoryContext,
  { worktree, copy }: { readonly worktree: WorktreeId; readonly copy: readonly string[] },
): Promise<CopiedFiles> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark, path } = await existingWorktree(repo, worktree);
    const listing = await listTree(repo, (await commitFacts(repo, tipOf(mark))).tree);
    const tracked = async (relative: string) =>
      listing.has(relative) || [...listing.keys()].some((file) => file.startsWith(`${relative}/`));
    return copyFiles({ path, tracked }, { copy, copyFrom: isLocal(repo.origin) ? repo.origin : undefined });
  });
