import { lstat, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { converting } from '../content/converting.ts';
import type { RepositoryContext } from '../context.ts';
import { isRefusal } from '../git-error.ts';
import { onDisk } from '../names.ts';
import type { Listing } from '../store/listing.ts';
import { sameContent } from './plain-files.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** Whether git may write files of a tree otherwise than their blobs are. */
const isConverted = ({ content }: RepositoryContext, listing: Listing): boolean =>
  content?.autocrlf !== undefined ||
  [...listing.keys()].some((file) => path.posix.basename(file) === '.gitattributes');

/**
 * Those of `files` whose copies in staging are what git writes if it checks them out of the tree in the index. Somebody
 * may have written a file again as it was (a checkout, a stash, a copy of the folder): its times tell a change, and git
 * itself might make another blob of it, because line ends and encodings aren't always converted back to what they were.
 *
 * @param listing - of the tree in the index
 */
export const asCheckedOut = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  listing: Listing,
  files: readonly string[],
): Promise<ReadonlySet<string>> => {
  const same = new Set<string>();
  const regular = files.filter((file) => listing.get(file)?.mode.startsWith('100'));
  if (regular.length === 0 || !isConverted(repo, listing)) return same;
  const before = path.join(paths.admin, 'before');
  await rm(before, { recursive: true, force: true });
  await mkdir(before, { recursive: true });
  try {
    await converting(repo, ['checkout-index', '--force', '-z', '--stdin'], {
      cwd: before,
      env: { GIT_WORK_TREE: before, GIT_INDEX_FILE: paths.index },
      input: regular.map((file) => `${file}\0`).join(''),
    });
    for (const file of regular) {
      const [copy, written] = [path.join(paths.staging, file), path.join(before, file)];
      if (
        (await isFile(copy)) &&
        (await isFile(written)) &&
        (await sameContent(onDisk(copy), onDisk(written)))
      )
        same.add(file);
    }
    return same;
  } catch (error) {
    // Attributes that git can't follow. Then nobody has such a file from a checkout either.
    if (!isRefusal(error)) throw error;
    return same;
  } finally {
    await rm(before, { recursive: true, force: true });
  }
};

const isFile = async (file: string): Promise<boolean> =>
  (await lstat(onDisk(file)).catch(() => undefined))?.isFile() ?? false;
