import { forgetBringing, readBringing, writeBringing } from './bringing.ts';
import { checkoutUnlocked } from './checkout.ts';
import { commitUnlocked, placeKey, pushWork } from './commit.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { forceOnHub } from './hub.ts';
import { clearState, headCommit, inWorktree, resetFiles, setHead, shareIndex } from './in-worktree.ts';
import { ensureCommit, isAncestor, tree } from './objects.ts';
import { keptRef } from './refs.ts';
import { splitNul } from './run-git.ts';
import { existingPlace, type Place, type WorktreeId } from './worktree-place.ts';

/** Enough of a conflict for an agent to see what it is about; the files hold the rest. */
const OUTPUT_CHARACTERS = 4000;

export type Rebased =
  | { readonly kind: 'clean'; readonly commit: string; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly output: string };

/**
 * Rebases the commits of `commit` that `onto` lacks, in a worktree that is only used for this (its files are
 * reset). Dates are the authors', so that a repetition gives the same commits. Leaves nothing in progress: the
 * worktree stands at the result, after a conflict at `onto`, and where it stood if there was nothing to rebase.
 */
export const rebaseOnto = (
  repo: RepositoryContext,
  request: { worktree: WorktreeId; commit: string; onto: string },
): Promise<Rebased> =>
  worktreeMutex(placeKey(repo, request.worktree), async () => {
    const place = await existingPlace(repo, request.worktree);
    await ensureCommit(repo, request.commit);
    await ensureCommit(repo, request.onto);
    const { commit, onto } = request;
    if (await isAncestor(repo, onto, commit))
      return { kind: 'clean', commit, tree: await tree(repo, commit) };
    await checkoutUnlocked(repo, place, request.commit, {});
    const result = await rebase(repo, place, request.commit, request.onto);
    if (result.kind === 'conflict') await checkoutUnlocked(repo, place, request.onto, {});
    else await shareIndex(place);
    return result;
  });

/** The worktree stands clean at `commit`; after a conflict the caller resets it. */
const rebase = async (
  repo: RepositoryContext,
  place: Place,
  commit: string,
  onto: string,
): Promise<Rebased> => {
  if (await isAncestor(repo, onto, commit)) return { kind: 'clean', commit, tree: await tree(repo, commit) };
  const args = [
    'rebase',
    '--onto',
    onto,
    '--empty=drop',
    '--no-keep-empty',
    '--committer-date-is-author-date',
  ];
  const answer = await inWorktree(repo, place, [...args, onto], { allow: [1, 128] });
  if (answer.exitCode === 0) {
    const head = await headCommit(repo, place);
    if (head !== undefined) return { kind: 'clean', commit: head, tree: await tree(repo, head) };
  }
  const files = await unmergedFiles(repo, place);
  if (files.length === 0)
    throw new Error(`git rebase ended without a conflict or a result: ${answer.stderr}`);
  const diff = await inWorktree(repo, place, ['diff', '--no-ext-diff', '--no-textconv', '--no-color']);
  const said = answer.stdout.split('\n').filter((line) => line.startsWith('CONFLICT'));
  const output = `${said.join('\n')}\n\n${diff.stdout}`.slice(0, OUTPUT_CHARACTERS);
  await clearState(place);
  return { kind: 'conflict', files, output };
};

const unmergedFiles = async (repo: RepositoryContext, place: Place): Promise<string[]> => {
  const { stdout } = await inWorktree(repo, place, ['ls-files', '--unmerged', '-z']);
  return [...new Set(splitNul(stdout).map((line) => line.slice(line.indexOf('\t') + 1)))];
};

export type BroughtUp =
  | { readonly kind: 'clean'; readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly output: string };

/**
 * Brings a packet's worktree up to `head`, for feedback and swap rounds. Clean: its commits are rebased.
 * Otherwise it stands at `head` with the packet's work as uncommitted changes and conflict markers in
 * `files`, for its agent to resolve; the old tip is on the hub under `refs/baton/kept/`. Uncommitted work is
 * committed first, ignored files stay.
 */
export const bringUpTo = (
  repo: RepositoryContext,
  { worktree, head }: { worktree: WorktreeId; head: string },
): Promise<BroughtUp> =>
  worktreeMutex(placeKey(repo, worktree), async () => {
    const place = await existingPlace(repo, worktree);
    await ensureCommit(repo, head);
    const begun = await readBringing(place);
    const message = `Work on ${worktree.name} before bringing it up`;
    const present = await commitUnlocked(repo, place, { worktree, message });
    const tip = begun?.head === head ? begun.tip : present.commit;
    for (const commit of new Set([tip, present.commit])) {
      await forceOnHub(repo, keptRef({ ...worktree, commit }), commit);
    }
    await clearState(place);
    await setHead(repo, place, tip);
    await writeBringing(place, { head, tip });
    await resetFiles(repo, place, tip);
    const rebased = await rebase(repo, place, tip, head);
    if (rebased.kind === 'clean') {
      await shareIndex(place);
      await pushWork(repo, worktree, rebased.commit);
      await forgetBringing(place);
      return { kind: 'clean', commit: rebased.commit };
    }
    const files = await mergeWithMarkers(repo, place, tip, head);
    await shareIndex(place);
    return files.length > 0
      ? { kind: 'conflict', files, output: rebased.output }
      : { kind: 'clean', commit: await commitSquashed(repo, place, worktree, tip) };
  });

/** The work as one change against `head`. Commits that conflict one by one may be clean together. */
const mergeWithMarkers = async (
  repo: RepositoryContext,
  place: Place,
  tip: string,
  head: string,
): Promise<string[]> => {
  await clearState(place);
  await setHead(repo, place, head);
  await resetFiles(repo, place, head);
  await inWorktree(repo, place, ['merge', '--squash', '--no-commit', tip], { allow: [1] });
  return unmergedFiles(repo, place);
};

const commitSquashed = async (
  repo: RepositoryContext,
  place: Place,
  worktree: WorktreeId,
  tip: string,
): Promise<string> => {
  const subject = (await inWorktree(repo, place, ['log', '-1', '--format=%B', tip])).stdout;
  const { commit } = await commitUnlocked(repo, place, { worktree, message: subject });
  await pushWork(repo, worktree, commit);
  await forgetBringing(place);
  return commit;
};
