import { rm } from 'node:fs/promises';
import { forgetBringing } from './bringing.ts';
import { placeKey } from './commit.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { clearState, inWorktree, resetFiles, setHead, shareIndex } from './in-worktree.ts';
import { ensureCommit } from './objects.ts';
import { existingPlace, type Place, type WorktreeId } from './worktree-place.ts';

export interface CheckoutOptions {
  /** Removes ignored files too (dependencies, build output, links made by `linkAndCopy`). */
  readonly alsoIgnored?: boolean;
}

/**
 * Makes the worktree exactly `commit`, detached: tracked files are reset and untracked ones removed; ignored
 * ones stay unless said otherwise. Uncommitted work in it is lost, so never on a packet's own worktree.
 */
export const checkoutClean = (
  repo: RepositoryContext,
  worktree: WorktreeId,
  commit: string,
  options: CheckoutOptions = {},
): Promise<void> =>
  worktreeMutex(placeKey(repo, worktree), async () => {
    const place = await existingPlace(repo, worktree);
    await ensureCommit(repo, commit);
    await checkoutUnlocked(repo, place, commit, options);
    await forgetBringing(place);
  });

export const checkoutUnlocked = async (
  repo: RepositoryContext,
  place: Place,
  commit: string,
  { alsoIgnored = false }: CheckoutOptions,
): Promise<void> => {
  await clearState(place);
  await setHead(repo, place, commit);
  await resetFiles(repo, place, commit);
  // Twice `f`: repositories inside the worktree too.
  await inWorktree(repo, place, ['clean', '-ffdq', ...(alsoIgnored ? ['-x'] : [])]);
  await shareIndex(place);
};

/** Removes a worktree's files and git's data about it, also half-made ones. */
export const erase = async (place: Place): Promise<void> => {
  await rm(place.path, { recursive: true, force: true, maxRetries: 3 });
  await rm(place.admin, { recursive: true, force: true, maxRetries: 3 });
};
