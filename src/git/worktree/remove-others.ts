import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { aside } from '../../installed/aside.ts';
import { removeTree } from '../../installed/remove-tree.ts';
import { nameText, onDisk } from '../names.ts';
import { GITLINK, type Listing } from '../store/listing.ts';
import { isDenied } from './plain-files.ts';
import { isRealFolder } from './worktree-paths.ts';

/** Removes what `listing` doesn't have, and what isn't a file any more that it has. Git would look into some of it. */
export const removeOthers = async (
  root: string,
  listing: Listing,
  keep: readonly string[],
): Promise<void> => {
  const folders = new Set<string>();
  for (const file of [...listing.keys(), ...keep])
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1))
      folders.add(file.slice(0, at));
  const kept = new Set(keep.map((each) => each.replace(/\/$/, '')));
  const visit = async (folder: string): Promise<void> => {
    // Gone meanwhile, or something else by now.
    if (folder !== '' && !(await isRealFolder(path.join(root, folder)))) return;
    await makeUsable(path.join(root, folder));
    const options = { withFileTypes: true, encoding: 'buffer' } as const;
    for (const entry of await readdir(onDisk(path.join(root, folder)), options)) {
      const name = nameText(entry.name);
      const relative = folder === '' ? name : `${folder}/${name}`;
      if (kept.has(relative)) continue;
      const isFile = entry.isFile() || entry.isSymbolicLink();
      if (isFile && listing.has(relative) && listing.get(relative)?.mode !== GITLINK) continue;
      if (entry.isDirectory() && folders.has(relative)) await visit(relative);
      // Its files are looked at when the submodule is checked out.
      else if (entry.isDirectory() && listing.get(relative)?.mode === GITLINK)
        // Git would look into the repository there, whatever lies in it.
        await remove(path.join(root, relative, '.git'));
      else await remove(path.join(root, relative));
    }
  };
  await visit('');
};

const OWNER = 0o700;

/** A check may have made a folder read-only, or worse: git has to write there. */
const makeUsable = async (folder: string): Promise<void> => {
  const { mode } = await lstat(onDisk(folder));
  if ((mode & OWNER) !== OWNER) await chmod(onDisk(folder), (mode & 0o777) | OWNER);
};

/** Also what is in read-only folders, such as Go's module cache. */
export const remove = async (at: string): Promise<void> => {
  try {
    const named = onDisk(at);
    if (typeof named === 'string') await aside('removeAll', named);
    else await rm(named, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!isDenied(error)) throw error;
    await removeTree(at);
  }
};
