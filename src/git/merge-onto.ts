import { checkoutUnlocked } from './checkout.ts';
import { placeKey } from './commit.ts';
import { inClone, type RepositoryContext, worktreeMutex } from './context.ts';
import { clearState, inWorktree } from './in-worktree.ts';
import { ensureCommit, isAncestor } from './objects.ts';
import { splitNul } from './run-git.ts';
import { existingPlace, type WorktreeId } from './worktree-place.ts';

/** As for a rebase: enough to see what a conflict is about. */
const OUTPUT_CHARACTERS = 4000;

export interface MergeOntoRequest {
  /** Only used for this: its files are reset. */
  readonly worktree: WorktreeId;
  readonly commit: string;
  readonly onto: string;
  /** Of the merge that is made; one that another holds already is left out. */
  readonly parents: readonly string[];
  readonly message: string;
}

export interface MergedOnto {
  /** The merge; with conflict markers in `files`, where there are any. */
  readonly commit: string;
  readonly tree: string;
  /** What both sides changed; empty: the merge is clean. */
  readonly files: readonly string[];
  readonly output: string;
}

/**
 * Merges all that `commit` has with `onto` in one step: commits that conflict one by one may be clean together. The
 * date is that of `commit`, so that a repetition gives the same merge.
 */
export const mergeOnto = (repo: RepositoryContext, request: MergeOntoRequest): Promise<MergedOnto> =>
  worktreeMutex(placeKey(repo, request.worktree), async () => {
    const { worktree, commit, onto, message } = request;
    const place = await existingPlace(repo, worktree);
    await ensureCommit(repo, commit);
    await ensureCommit(repo, onto);
    await checkoutUnlocked(repo, place, onto, {});
    const merge = ['merge', '--squash', '--no-commit', commit];
    const answer = await inWorktree(repo, place, merge, { allow: [1] });
    const unmerged = await inWorktree(repo, place, ['ls-files', '--unmerged', '-z']);
    const files = [...new Set(splitNul(unmerged.stdout).map((line) => line.slice(line.indexOf('\t') + 1)))];
    if (answer.exitCode !== 0 && files.length === 0)
      throw new Error(`git merge ended without a conflict or a result: ${answer.stderr}`);
    let output = '';
    if (files.length > 0) {
      const diff = await inWorktree(repo, place, ['diff', '--no-ext-diff', '--no-textconv', '--no-color']);
      const said = answer.stdout.split('\n').filter((line) => line.startsWith('CONFLICT'));
      output = `${said.join('\n')}\n\n${diff.stdout}`.slice(0, OUTPUT_CHARACTERS);
      const staged = ['add', '--all', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
      await inWorktree(repo, place, staged, { input: files.map((file) => `${file}\0`).join('') });
    }
    const tree = (await inWorktree(repo, place, ['write-tree'])).stdout.trim();
    await clearState(place);
    const merged = await commitTree(repo, { tree, message, like: commit, parents: request.parents });
    await checkoutUnlocked(repo, place, merged, {});
    return { commit: merged, tree, files, output };
  });

const commitTree = async (
  repo: RepositoryContext,
  made: { tree: string; message: string; like: string; parents: readonly string[] },
): Promise<string> => {
  const date = (await inClone(repo, ['log', '-1', '--format=%ct +0000', made.like])).stdout.trim();
  const parents: string[] = [];
  const named = [...new Set(made.parents)];
  for (const parent of named) {
    const others = named.filter((other) => other !== parent);
    const held = await Promise.all(others.map((other) => isAncestor(repo, parent, other)));
    if (!held.includes(true)) parents.push('-p', parent);
  }
  const answer = await inClone(repo, ['commit-tree', made.tree, ...parents, '-F', '-'], {
    input: `${made.message.trim()}\n`,
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  return answer.stdout.trim();
};
