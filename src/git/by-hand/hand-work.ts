import { lstat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { splitNul } from '../run-git.ts';
import { type SealedView, withSealedView } from '../sealed-view.ts';
import type { UserRepository } from '../user-repository.ts';
import type { HandWorktree } from './hand-worktrees.ts';

/** What would be lost, or left behind, if a worktree by hand were removed. */
export interface HandWork {
  /** Paths that differ from the last commit, or are staged; ignored files aren't looked at. */
  readonly uncommitted: readonly string[];
  /** Commits that the base doesn't have. */
  readonly unmerged: number;
}

/**
 * What is in a worktree by hand, told without the agent's index and without the repository's configuration: an
 * index can hide changes (`assume-unchanged`), and filters run commands.
 */
export const handWork = (repo: UserRepository, worktree: HandWorktree, base: string): Promise<HandWork> =>
  withSealedView(repo, async (view) => {
    const { stdout } = await view.run(['rev-list', '--count', worktree.head, `^${base}`]);
    const uncommitted = worktree.present
      ? new Set([
          ...(await changed(view, worktree)),
          ...(await staged(view, worktree)),
          ...(await submodules(view, worktree)),
        ])
      : [];
    return { uncommitted: [...uncommitted].sort(), unmerged: Number(stdout.trim()) };
  });

const changed = async (view: SealedView, { path: worktree, head }: HandWorktree): Promise<string[]> => {
  const run = { worktree, index: path.join(view.dir, 'fresh-index') };
  await writeFile(path.join(view.dir, 'HEAD'), `${head}\n`);
  await view.run(['read-tree', head], run);
  const args = [
    '--porcelain=v1',
    '-z',
    '--no-renames',
    '--untracked-files=normal',
    '--ignore-submodules=dirty',
  ];
  return splitNul((await view.run(['status', ...args], run)).stdout).map((entry) =>
    entry.slice('XY '.length),
  );
};

/** What is in the agent's index and perhaps nowhere else. */
const staged = async (view: SealedView, { admin, head }: HandWorktree): Promise<string[]> => {
  const index = path.join(admin, 'index');
  if (!(await lstat(index).catch(() => undefined))?.isFile()) return [];
  const args = [
    'diff-index',
    '--cached',
    '--name-only',
    '-z',
    '--no-renames',
    '--ignore-submodules=dirty',
    head,
  ];
  return splitNul((await view.run(args, { index })).stdout);
};

/** A submodule that is checked out has commits of its own, which are in no repository but that. */
const submodules = async (view: SealedView, { path: worktree, head }: HandWorktree): Promise<string[]> => {
  const { stdout } = await view.run(['ls-tree', '-r', '-z', head]);
  const links = splitNul(stdout).filter((entry) => entry.startsWith('160000 '));
  const paths = links.map((entry) => entry.slice(entry.indexOf('\t') + 1));
  const there = await Promise.all(
    paths.map((each) => lstat(path.join(worktree, each, '.git')).catch(() => undefined)),
  );
  return paths.filter((_, index) => there[index] !== undefined);
};
