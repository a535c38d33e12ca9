import { inClone, type RepositoryContext, worktreeMutex } from '../context.ts';
import { checkOutModules } from '../modules/place-modules.ts';
import { commitFacts } from '../store/commit-object.ts';
import { GITLINK, listTree } from '../store/listing.ts';
import { ensureCommit } from '../store/objects.ts';
import { captureWorktree } from './capture-worktree.ts';
import { worktreeKey } from './commit.ts';
import { excludedBy } from './excluded.ts';
import { forgetIndex } from './index-state.ts';
import { makeOwnRepository } from './own-repository.ts';
import { putFiles } from './put-files.ts';
import { remove, removeOthers } from './remove-others.ts';
import { whileChanging } from './while-changing.ts';
import {
  existingWorktree,
  type WorktreeId,
  type WorktreeMark,
  type WorktreePaths,
  writeMark,
} from './worktree-paths.ts';
import { writeFiles } from './write-files.ts';

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
  const { tree } = await commitFacts(repo, commit);
  const listing = await listTree(repo, tree);
  await whileChanging(() => removeOthers(paths.path, listing, keep));
  await writeFiles(repo, paths, commit);
  await checkOutModules(repo, paths, tree, { keep });
  const { branch = mark.name, base, excluded = [] } = mark;
  await makeOwnRepository(repo, paths, { branch, head: commit, base, excluded });
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
    const changed =
      content.tree === tree ? [] : (await inClone(repo, args, { names: true })).stdout.split('\0');
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
  forgetIndex(paths);
  await remove(paths.path);
  await remove(paths.admin);
};
