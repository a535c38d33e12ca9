import { constants, lstatSync } from 'node:fs';
import { chmod, copyFile, lstat, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { inParallel } from './in-parallel.ts';
import { unlessGone } from './inside.ts';
import { inWritable } from './remove-tree.ts';
import { entriesOf } from './walk.ts';

/**
 * Gives each file at and below `paths` of the tree `root` that has several links an inode of its own, with the same
 * content, mode and times. Package managers such as pnpm and uv link files from a store that all trees of the machine
 * use: whoever wrote to such a file in one tree would write to it in every other, and in the store. The disk's blocks
 * are shared if the file system can do that.
 */
export async function unshare(root: string, paths: readonly string[]): Promise<void> {
  // One at a time in a folder: it may have to be made writable for the time.
  const byFolder = new Map<string, string[]>();
  for (const { path: relative, kind } of entriesOf(root, paths)) {
    if (kind !== 'file') continue;
    const file = path.join(root, relative);
    const stat = unlessGone(() => lstatSync(file));
    if (stat === undefined || stat.nlink < 2) continue;
    const folder = path.dirname(file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  await inParallel(byFolder, ([folder, files]) =>
    inWritable(folder, async () => {
      for (const file of files) await copyInPlace(file);
    }),
  );
}

/** Under this name files are copied before they get their own; only a worker that was killed leaves it behind. */
const COPYING = '.baton-copying';

async function copyInPlace(file: string): Promise<void> {
  const copy = path.join(path.dirname(file), COPYING);
  const { mode, atimeMs, mtimeMs } = await lstat(file);
  await rm(copy, { force: true });
  await copyFile(file, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(copy, mode & 0o7777);
  await utimes(copy, atimeMs / 1000, mtimeMs / 1000);
  await rename(copy, file);
}
