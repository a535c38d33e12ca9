import { readTextIfThere, writeFileAtomic } from '../homes/atomic-file.ts';
import { bringIn, excludeLine, type LinkedAndCopied } from './bring-in.ts';
import { placeKey, tipOf } from './commit.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { excludedFile } from './guard.ts';
import { inWorktree } from './in-worktree.ts';
import { isLocal } from './origin.ts';
import { existingPlace, type WorktreeId } from './worktree-place.ts';

export interface LinkAndCopy {
  readonly worktree: WorktreeId;
  /** Paths to link, e.g. `node_modules`, from the folder `from` (the worktree where set-up ran). */
  readonly link?: readonly string[];
  readonly from?: string;
  /** Paths to copy from the user's checkout, e.g. `.env`; only where the origin is a folder here. */
  readonly copy?: readonly string[];
}

/**
 * Gives a worktree what isn't in git: links to installed dependencies, copies of local settings; see `bringIn`.
 * They are kept out of git whatever `.gitignore` says. May be repeated.
 */
export const linkAndCopy = (
  repo: RepositoryContext,
  { worktree, link = [], from, copy = [] }: LinkAndCopy,
): Promise<LinkedAndCopied> =>
  worktreeMutex(placeKey(repo, worktree), async () => {
    const place = await existingPlace(repo, worktree);
    const target = {
      path: place.path,
      tracked: async (relative: string) => {
        const head = await tipOf(repo, place);
        const args = ['ls-tree', '-z', '--name-only', head, '--', relative];
        return (await inWorktree(repo, place, args)).stdout !== '';
      },
      exclude: (relative: string) => exclude(repo, relative),
    };
    const copyFrom = isLocal(repo.origin) ? repo.origin : undefined;
    return bringIn(target, { link, linkFrom: from, copy, copyFrom });
  });

/** All worktrees of a clone share one `info/exclude`; each pattern is one path from the top. */
const exclude = (repo: RepositoryContext, relative: string): Promise<void> =>
  worktreeMutex(`${repo.clone} exclude`, async () => {
    const pattern = excludeLine(relative);
    const file = excludedFile(repo.clone);
    const lines = (await readTextIfThere(file)) ?? '';
    if (!lines.split(/(?<=\n)/).includes(pattern)) await writeFileAtomic(file, lines + pattern);
  });
