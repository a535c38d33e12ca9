import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { insidePath, isMisread, notAFolder, unlessMissing } from './inside.ts';

/** `special`: a pipe, a socket or a device. `unreadable`: a folder that can't be listed. */
export type Kind = 'file' | 'folder' | 'link' | 'special' | 'unreadable';

export interface TreeEntry {
  /** Relative to the tree, with slashes. */
  readonly path: string;
  readonly kind: Kind;
}

/**
 * All that is at and below `paths` in the tree `root`, folders before what is in them. No link is followed, neither
 * above the paths nor below them, and nothing but folders is opened. Paths that aren't there yield nothing.
 */
export async function* entriesOf(root: string, paths: readonly string[]): AsyncGenerator<TreeEntry, void> {
  for (const relative of withoutNested(paths)) {
    if ((await notAFolder(root, relative)) !== undefined) continue;
    const stat = await lstat(path.join(root, relative)).catch(unlessMissing);
    if (stat !== undefined) yield* below(root, { path: relative, kind: kindOf(stat) });
  }
}

/** What kind of entry a path is. */
export const kindOf = (entry: Dirent | Stats): Kind => {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
};

async function* below(root: string, top: TreeEntry): AsyncGenerator<TreeEntry, void> {
  const left: TreeEntry[] = [top];
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    yield entry;
    if (entry.kind !== 'folder') continue;
    const listed = await list(path.join(root, entry.path));
    if (listed === undefined) yield { path: entry.path, kind: 'unreadable' };
    for (const dirent of listed ?? []) {
      const inside: TreeEntry = { path: `${entry.path}/${dirent.name}`, kind: kindOf(dirent) };
      if (inside.kind === 'folder') left.push(inside);
      else yield inside;
    }
  }
}

/** Undefined: it can't be listed. A folder that has gone meanwhile is empty. */
const list = (folder: string): Promise<Dirent[] | undefined> =>
  readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM' || isMisread(folder)) return undefined;
    unlessMissing(error);
    return [];
  });

/** The paths in their plain form, each once, without those that are below another. */
function withoutNested(paths: readonly string[]): string[] {
  const plain = [...new Set(paths.map(insidePath))];
  return plain.filter((each) => !plain.some((other) => each.startsWith(`${other}/`)));
}
