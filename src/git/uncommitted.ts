import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readIfRegular } from '../files/regular-file.ts';
import { splitNul } from './run-git.ts';
import { withSealedView } from './sealed-view.ts';
import type { UserRepository } from './user-repository.ts';

/**
 * Files of a checkout that differ from its commit, or that it lacks; a new folder ends in `/`. Undefined if nobody can tell
 * without running what the user set up: filters, such as Git LFS, and converted line endings.
 */
export async function uncommittedIn(repo: UserRepository): Promise<string[] | undefined> {
  if (repo.bare) return [];
  const attributes = (await readIfRegular(path.join(repo.folder, '.gitattributes')))?.toString('utf8') ?? '';
  if (/\bfilter=/.test(attributes)) return undefined;
  // What git noted of the files' times makes it fast; it is a copy, since git brings it up to date as it looks.
  const index = await readIfRegular(path.join(repo.own, 'index'));
  if (index === undefined) return [];
  return withSealedView(repo, async (view) => {
    const copy = path.join(view.dir, 'copied-index');
    await writeFile(copy, index);
    const { stdout } = await view.run(
      [
        'status',
        '--porcelain=v1',
        '-z',
        '--no-renames',
        '--untracked-files=normal',
        '--ignore-submodules=all',
      ],
      { worktree: repo.folder, index: copy },
    );
    return splitNul(stdout).map((entry) => entry.slice('XY '.length));
  });
}
