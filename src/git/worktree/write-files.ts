import { converting } from '../content/converting.ts';
import { bringLfs } from '../content/lfs.ts';
import type { RepositoryContext } from '../context.ts';
import { isRefusal } from '../git-error.ts';
import { commitFacts } from '../store/commit-object.ts';
import { GITLINK, listTree } from '../store/listing.ts';
import { noteWritten, withFreshIndex } from './capture-worktree.ts';
import { indexHolds } from './index-state.ts';
import { putFiles } from './put-files.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** Files of `commit` as git checks them out. Only where nobody else should write, or nobody has been yet. */
export const writeFiles = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  commit: string,
): Promise<void> => {
  const { tree } = await commitFacts(repo, commit);
  await bringLfs(repo, tree, commit);
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
    const files = [...(await listTree(repo, tree))].filter(([, { mode }]) => mode !== GITLINK);
    await putFiles(repo, paths, tree, { files: files.map(([file]) => file) });
  }
  indexHolds(paths, tree);
  await noteWritten(repo, paths, tree);
};
