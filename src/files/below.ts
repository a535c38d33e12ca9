import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

// Folders in which others write between Baton's own visits, such as an agent's HOME: what stands on the way may be a link
// to anywhere by now. Nobody writes there at the same time.

/** Makes a folder below `root`; a link or a file in its place, or on the way to it, goes. @returns its path */
export async function folderBelow(root: string, relative: string): Promise<string> {
  let at = root;
  for (const part of relative.split('/').filter((each) => each !== '' && each !== '.')) {
    at = path.join(at, part);
    const stats = await lstat(at).catch(() => undefined);
    if (stats !== undefined && !stats.isDirectory()) await rm(at, { force: true });
    await mkdir(at, { recursive: true });
  }
  return at;
}

/** Clears a place for a new file or link below `root`, as `folderBelow` makes its folder. @returns its path */
export async function placeBelow(root: string, relative: string): Promise<string> {
  const at = path.join(await folderBelow(root, path.dirname(relative)), path.basename(relative));
  await rm(at, { recursive: true, force: true });
  return at;
}

/** Writes a file below `root`, which only its owner may read. @returns its path */
export async function fileBelow(root: string, relative: string, content: string): Promise<string> {
  const at = await placeBelow(root, relative);
  await writeFile(at, content, { mode: 0o600, flag: 'wx' });
  return at;
}
