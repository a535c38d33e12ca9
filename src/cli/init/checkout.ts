import path from 'node:path';
import { CONFIG_FILE } from '../../config/parse-config.ts';
import { fromRoot } from '../../domain/root.ts';
import { ignoredByPatterns } from '../../git/ignored.ts';
import { checkedOutBranches, isLocal, normaliseOrigin } from '../../git/remote/origin.ts';
import { runGit, splitNul } from '../../git/run-git.ts';
import { type SealedView, withSealedView } from '../../git/sealed-view.ts';
import { gitText, repositoryOf, type UserRepository, userRepository } from '../../git/user-repository.ts';
import { CommandError } from '../command-error.ts';

/** A file of settings; a longer one is none. */
const MOST_CONFIG = 1024 * 1024;

/**
 * Refuses what has no files that a person could commit: a URL, or a repository without a checkout. What else is wrong with
 * a folder is told where its base is looked at.
 * @throws CommandError with what to do
 */
export async function refuseWithoutCheckout(folder: string): Promise<void> {
  if (!isLocal(folder))
    throw new CommandError(`baton init writes into a checkout: clone ${folder} first, and name that folder.`);
  const repo = await repositoryOf(normaliseOrigin(folder));
  if (repo !== undefined && (await hasNoCheckout(repo)))
    throw new CommandError(
      `baton init writes into a checkout, and ${repo.folder} has no checkout: clone it first, and name that folder.`,
    );
}

/** Git takes a folder whose `.git` is, or leads to, a bare repository for one without a checkout, but not its worktrees. */
async function hasNoCheckout({ bare, own, common }: UserRepository): Promise<boolean> {
  if (bare || own !== common) return bare;
  const input = (await gitText(path.join(common, 'config'), MOST_CONFIG)) ?? '';
  const get = ['config', '--file', '-', '--no-includes', '--type=bool', '--get', 'core.bare'];
  return (await runGit(get, { cwd: '/', input, allow: [1] })).stdout.trim() === 'true';
}

/** How what was written gets onto the base. */
export interface ToCommit {
  /** The branch to switch to first; absent if HEAD is there. */
  readonly switchTo?: string;
  /** Files to add; those that are so on the base already, or that git ignores, are not among them. */
  readonly names: readonly string[];
  /** Whether a pattern ignores one that has to be committed. */
  readonly ignored: boolean;
}

/** What is looked at: a checkout, the folder of it that is written to, the base and names of files in that folder. */
interface Where {
  readonly repo: string;
  readonly folder: string;
  readonly base: string;
  readonly names: readonly string[];
}

/**
 * Refuses where git would not switch to the base with the files that are to be written.
 * @throws CommandError with what to do
 */
export async function refuseIfApart({ repo, folder, base, names }: Where): Promise<void> {
  const user = await userRepository(repo);
  const head = await withSealedView(user, branchOf);
  if (head === base) return;
  if ((await checkedOutBranches(repo)).includes(base))
    throw new CommandError(
      `What baton init writes is committed on ${base}, and ${base} is checked out in another worktree of ${repo}: ` +
        'run baton init there (git worktree list), or name another base by --base.',
    );
  const [here, there] = await withSealedView(user, (view) =>
    Promise.all(['HEAD', `refs/heads/${base}`].map((at) => listedAt(view, at, folder, names))),
  );
  const other = names.filter((name) => here?.get(name) !== there?.get(name));
  if (other.length > 0)
    throw new CommandError(
      `What baton init writes is committed on ${base}, and HEAD is ${head === undefined ? 'detached' : `on ${head}`}, where ` +
        `${other.join(', ')} is another one: git switch ${base} first, or name another base by --base.`,
    );
}

/** What of the files that were written is to be committed, and how. */
export async function toCommit({ repo, folder, base, names }: Where): Promise<ToCommit> {
  const user = await userRepository(repo);
  const paths = names.map((name) => fromRoot(folder, name));
  const ignored = await ignoredByPatterns(user, paths, { user: true });
  return await withSealedView(user, async (view) => {
    const head = await branchOf(view);
    const committed = await listedAt(view, `refs/heads/${base}`, folder, names);
    const wanted: string[] = [];
    for (const [at, name] of names.entries()) {
      const before = committed.get(name);
      if (before === undefined && name !== CONFIG_FILE && ignored.has(paths[at] ?? '')) continue;
      const now = await view.run(['hash-object', '--no-filters', '--', path.join(repo, paths[at] ?? '')]);
      if (before !== now.stdout.trim()) wanted.push(name);
    }
    return {
      ...(head !== base && { switchTo: base }),
      names: wanted,
      ignored: wanted.some((name) => !committed.has(name) && ignored.has(fromRoot(folder, name))),
    };
  });
}

/** The branch that HEAD names; undefined if it is detached. */
async function branchOf(view: SealedView): Promise<string | undefined> {
  const { stdout } = await view.run(['symbolic-ref', '--quiet', 'HEAD'], { allow: [1] });
  return /^refs\/heads\/(.+)\n$/.exec(stdout)?.[1];
}

/** The blobs of those files that a commit has; of a branch without a commit, none. */
async function listedAt(
  view: SealedView,
  at: string,
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { exitCode } = await view.run(['rev-parse', '--verify', '--quiet', at], { allow: [1] });
  if (exitCode !== 0) return new Map();
  const paths = names.map((name) => fromRoot(folder, name));
  const { stdout } = await view.run(['ls-tree', '-z', '--full-tree', at, '--', ...paths]);
  const blobs = new Map(
    splitNul(stdout).map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2] ?? '']),
  );
  return new Map(
    names.flatMap((name, which) => {
      const blob = blobs.get(paths[which] ?? '');
      return blob === undefined ? [] : [[name, blob]];
    }),
  );
}
