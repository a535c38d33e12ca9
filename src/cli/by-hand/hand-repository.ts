import path from 'node:path';
import { isLocal, normaliseOrigin } from '../../git/remote/origin.ts';
import { repositoryOf } from '../../git/user-repository.ts';
import { CommandError } from '../command-error.ts';
import { type FoundBase, findBase } from '../start/base-config.ts';

/**
 * The repository for work by hand and its base. From a worktree or a folder below, the checkout they belong to is
 * meant: a worktree's own branch as the base would make all of its work look merged.
 */
export async function handBase(folder: string, wantedBase: string | undefined): Promise<FoundBase> {
  if (!isLocal(folder))
    throw new CommandError(`"${folder}" is no folder: worktrees are made of a repository here.`);
  return findBase((await checkoutOf(normaliseOrigin(folder))) ?? folder, wantedBase);
}

async function checkoutOf(folder: string): Promise<string | undefined> {
  const repo = await repositoryOf(folder);
  // What is wrong there is told in better words where the base is looked for.
  if (repo === undefined) return undefined;
  return path.basename(repo.common) === '.git' ? path.dirname(repo.common) : repo.common;
}
