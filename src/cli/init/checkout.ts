import path from 'node:path';
import { isLocal, normaliseOrigin } from '../../git/remote/origin.ts';
import { runGit } from '../../git/run-git.ts';
import { gitText, repositoryOf, type UserRepository } from '../../git/user-repository.ts';
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
