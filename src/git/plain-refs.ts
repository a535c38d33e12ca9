import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import type { UserRepository } from './user-repository.ts';

/** What git reads of a worktree that another has. */
const OF_A_WORKTREE = ['HEAD', 'gitdir', 'commondir', 'locked'];
const OF_ALL = ['packed-refs', 'shallow', 'objects/info/alternates'];

/**
 * Refuses a repository in which git would wait for ever, because a pipe or a device lies where it reads a ref.
 * @throws BatonError `Repository` that names it
 */
export const assertPlainRefs = async ({ common }: UserRepository): Promise<void> => {
  for (const name of OF_ALL) await assertFile(path.join(common, name));
  const worktrees = await readdir(path.join(common, 'worktrees')).catch((): string[] => []);
  for (const worktree of worktrees)
    for (const name of OF_A_WORKTREE) await assertFile(path.join(common, 'worktrees', worktree, name));
  await assertFilesBelow(path.join(common, 'refs'));
};

const assertFilesBelow = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) await assertFilesBelow(at);
    else if (!entry.isFile()) await assertFile(at);
  }
};

const assertFile = async (at: string): Promise<void> => {
  // Git follows links; one that leads nowhere is no ref.
  const found = await stat(at).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw new BatonError('Repository', `${at} is not a regular file, so git can't read it: remove it`);
};
