import { inClone, type RepositoryContext } from '../context.ts';
import { commitFacts } from '../store/commit-object.ts';
import { noteWritten, withFreshIndex } from './capture-worktree.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** Files of `commit` as git checks them out. Only where nobody else writes, or nobody has been yet. */
export const writeFiles = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  commit: string,
): Promise<void> => {
  await withFreshIndex(paths, () =>
    inClone(repo, ['read-tree', '--reset', '-u', commit], {
      cwd: paths.path,
      env: { GIT_WORK_TREE: paths.path, GIT_INDEX_FILE: paths.index },
    }),
  );
  await noteWritten(repo, paths, (await commitFacts(repo, commit)).tree);
};
