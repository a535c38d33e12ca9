import { BatonError } from '../../domain/failures.ts';
import { type SealedView, withSealedView } from '../sealed-view.ts';
import { keptRef } from '../store/refs.ts';
import type { UserRepository } from '../user-repository.ts';
import { handWork } from './hand-work.ts';
import type { HandWorktree } from './hand-worktrees.ts';

export interface HandRemoval {
  /** The commit that has to contain its work. */
  readonly base: string;
  readonly baseName: string;
  /** Uncommitted files are lost, commits stay. */
  readonly force: boolean;
}

/** Longer lists say no more. */
const NAMED = 5;

/**
 * Removes a worktree by hand. Its branch is never deleted; commits that no branch has are kept under
 * `refs/baton/kept/`. @returns that ref, where there was need of it.
 * @throws BatonError `BadInput` where work isn't committed, or isn't in the base, unless forced.
 */
export const removeHandWorktree = async (
  repo: UserRepository,
  worktree: HandWorktree,
  { base, baseName, force }: HandRemoval,
): Promise<string | undefined> => {
  if (!force) {
    const { uncommitted, unmerged } = await handWork(repo, worktree, base);
    const problems = [
      ...(uncommitted.length > 0 ? [`uncommitted: ${named(uncommitted)}`] : []),
      ...(unmerged > 0
        ? [`${unmerged} of its commits ${unmerged === 1 ? 'is' : 'are'} not in ${baseName}`]
        : []),
    ];
    if (problems.length > 0)
      throw new BatonError(
        'BadInput',
        `Not removed: ${worktree.path} has work that isn't in ${baseName} (${problems.join('; ')}). ` +
          'Commit and merge it; or --force: then commits stay on their branch, and uncommitted files are lost',
      );
  }
  return withSealedView(repo, async (view) => {
    const kept = await keepUnreachable(view, worktree);
    // Git asks twice for the force where somebody locked it: that is somebody's wish, so it is left to them.
    await view.run(['worktree', 'remove', '--force', '--', worktree.path]);
    return kept;
  });
};

const keepUnreachable = async (
  view: SealedView,
  { name, head, branch }: HandWorktree,
): Promise<string | undefined> => {
  if (branch !== undefined) return undefined;
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${head}`, 'refs/heads/'];
  if ((await view.run(args)).stdout !== '') return undefined;
  const ref = keptRef({ feature: 'by-hand', name, commit: head });
  await view.run(['update-ref', ref, head]);
  return ref;
};

const named = (paths: readonly string[]): string =>
  paths.slice(0, NAMED).join(', ') + (paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '');
