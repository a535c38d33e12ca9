import { copyFile, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryContext } from './context.ts';
import { GitError } from './git-error.ts';
import { type GitAnswer, runGit } from './run-git.ts';
import type { Place } from './worktree-place.ts';

/** What git leaves behind when it is killed, or when an agent stops in the middle of a merge or rebase. */
const IN_PROGRESS = [
  'MERGE_HEAD',
  'MERGE_MSG',
  'MERGE_MODE',
  'MERGE_RR',
  'MERGE_AUTOSTASH',
  'AUTO_MERGE',
  'SQUASH_MSG',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'REBASE_HEAD',
  'ORIG_HEAD',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'index.lock',
  'HEAD.lock',
  'ORIG_HEAD.lock',
  'baton-index.lock',
  'config.worktree',
  'info',
];

interface WorktreeRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly allow?: readonly number[];
}

/**
 * Runs git on a worktree. The places are said in full, so that neither the worktree's `.git` file nor its
 * `commondir`, which an agent can rewrite, are read; and the index is Baton's own.
 */
export const inWorktree = async (
  repo: RepositoryContext,
  place: Place,
  args: readonly string[],
  run: WorktreeRun = {},
): Promise<GitAnswer> => {
  await repo.guard();
  return runGit(args, {
    cwd: place.path,
    ownFolders: [repo.clone],
    ...run,
    env: {
      ...run.env,
      GIT_DIR: place.admin,
      GIT_COMMON_DIR: repo.clone,
      GIT_WORK_TREE: place.path,
      GIT_INDEX_FILE: place.index,
    },
  });
};

/** Ends what is in progress in git's eyes; files stay as they are. Only Baton may be at work here. */
export const clearState = async (place: Place): Promise<void> => {
  for (const name of IN_PROGRESS) await rm(path.join(place.admin, name), { recursive: true, force: true });
};

/** The commit that HEAD stands for, or undefined where an agent left it pointing nowhere. */
export const headCommit = async (repo: RepositoryContext, place: Place): Promise<string | undefined> => {
  const answer = await inWorktree(repo, place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], {
    allow: [1, 128],
  });
  return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
};

/** Points HEAD at a commit, detached, whatever it was before. */
export const setHead = async (repo: RepositoryContext, place: Place, commit: string): Promise<void> => {
  const now = await readFile(path.join(place.admin, 'HEAD'), 'utf8').catch(() => '');
  if (now === `${commit}\n`) return;
  await inWorktree(repo, place, ['update-ref', '--no-deref', 'HEAD', commit]);
};

/** Makes index and files those of `commit`, undoing changes of tracked files. */
export const resetFiles = async (repo: RepositoryContext, place: Place, commit: string): Promise<void> => {
  await withFreshIndex(place, () => inWorktree(repo, place, ['read-tree', '--reset', '-u', commit]));
};

/** Makes Baton's index that of `commit`, leaving the files alone. */
export const resetIndex = async (repo: RepositoryContext, place: Place, commit: string): Promise<void> => {
  await withFreshIndex(place, () => inWorktree(repo, place, ['read-tree', '--reset', commit]));
};

/** An index that git can't read (cut short, or an agent's) is only a cache: made anew. */
const withFreshIndex = async (place: Place, work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    await rm(place.index, { recursive: true, force: true });
    await work();
  }
};

/** Gives the agent's git the index that Baton has, so that its `git status` is right. */
export const shareIndex = async (place: Place): Promise<void> => {
  const temporary = path.join(place.admin, 'baton-index.shared');
  await copyFile(place.index, temporary);
  await rm(path.join(place.admin, 'index.lock'), { force: true });
  await rename(temporary, path.join(place.admin, 'index'));
};
