import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import { shellQuoted } from '../../domain/shell-quoted.ts';
import type { SealedView } from '../sealed-view.ts';
import type { UserRepository } from '../user-repository.ts';

export interface AddedWorktree {
  /** Git's own data about it, in the repository. */
  readonly admin: string;
  /** Takes away all that was made. */
  undo(): Promise<void>;
}

/** Worktrees of one folder's name, at different places. */
const MOST_OF_A_NAME = 1000;

/**
 * Makes an empty worktree with a new branch, as `git worktree add --no-checkout -b` leaves it (gitrepository-layout). Git's
 * own command would go on in a process that reads the repository's settings.
 * @throws BatonError `Repository` where the repository keeps its refs in a form that this doesn't know
 */
export const addWorktree = async (
  { common }: UserRepository,
  view: SealedView,
  { at, branch, commit }: { readonly at: string; readonly branch: string; readonly commit: string },
): Promise<AddedWorktree> => {
  const shared = await realpath(common);
  const ref = `refs/heads/${branch}`;
  const settings = await view.run(['config', '--get', 'extensions.refstorage'], { allow: [1] });
  if (settings.stdout.trim() === 'reftable')
    throw new BatonError(
      'Repository',
      `${common} keeps its refs as a reftable, in which Baton makes no worktree: git -C ${shellQuoted(common)} worktree add -b ${shellQuoted(branch)} ${shellQuoted(at)} ${commit}`,
    );
  // From nowhere: it must not be there.
  await view.run(['update-ref', ref, commit, '0'.repeat(commit.length)]);
  const undone: (() => Promise<unknown>)[] = [
    () => view.run(['update-ref', '-d', ref, commit], { allow: [1, 128] }),
  ];
  const undo = async () => {
    for (const one of undone.toReversed()) await one();
  };
  try {
    const admin = await newFolder(path.join(shared, 'worktrees'), path.basename(at));
    undone.push(() => rm(admin, { recursive: true, force: true }));
    await writeFile(path.join(admin, 'HEAD'), `ref: ${ref}\n`);
    await writeFile(path.join(admin, 'commondir'), '../..\n');
    await mkdir(at);
    undone.push(() => rm(at, { recursive: true, force: true }));
    await writeFile(path.join(at, '.git'), `gitdir: ${admin}\n`, { flag: 'wx' });
    // Last: from here on git knows of it.
    await writeFile(path.join(admin, 'gitdir'), `${path.join(at, '.git')}\n`);
    return { admin, undo };
  } catch (error) {
    await undo();
    throw error;
  }
};

const newFolder = async (parent: string, name: string): Promise<string> => {
  await mkdir(parent, { recursive: true });
  for (let number = 0; number < MOST_OF_A_NAME; number += 1) {
    const folder = path.join(parent, number === 0 ? name : `${name}${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new BatonError(
    'Repository',
    `${parent} has ${MOST_OF_A_NAME} worktrees named ${name}: run git worktree prune`,
  );
};
