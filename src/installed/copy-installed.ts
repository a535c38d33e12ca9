import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { lstat, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, insidePath, notAFolder, unlessMissing } from './inside.ts';
import { removeTree } from './remove-tree.ts';
import { entriesOf, kindOf, type TreeEntry } from './walk.ts';

export interface CopyInstalled {
  /** The tree in which the set-up ran. */
  readonly from: string;
  /** A tree that nobody else works in meanwhile. */
  readonly to: string;
  /** Relative to both. */
  readonly paths: readonly string[];
}

export interface CopiedInstalled {
  /** The paths that are in place, whole. */
  readonly copied: string[];
  /** The paths that were not copied; also each pipe, socket and device inside a path that was. */
  readonly skipped: { readonly path: string; readonly reason: string }[];
}

/** The name under which `path` is copied; then it gets its own. It is left behind only by a worker that was killed. */
export const copyingName = (relative: string): string =>
  path.posix.join(path.posix.dirname(relative), `.${path.posix.basename(relative)}.baton-copying`);

/**
 * Copies what is installed in one tree into another that doesn't have it yet. Links keep their text, files and folders
 * their modes and times (to the microsecond, which is what Node can set). The disk's blocks are shared if the file
 * system can do that. What is there already stays, and nothing is written through a link of the target.
 *
 * Ask `pointsInto` first: a copy that points into `from` would work on that tree.
 */
export async function copyInstalled({ from, to, paths }: CopyInstalled): Promise<CopiedInstalled> {
  const done: CopiedInstalled = { copied: [], skipped: [] };
  for (const each of paths) {
    const specials: string[] = [];
    const reason = await copyOne(from, to, each, specials).catch((error: unknown) => reasonFor(error));
    if (reason !== undefined) done.skipped.push({ path: each, reason });
    else done.copied.push(each);
    for (const special of reason === undefined ? specials : [])
      done.skipped.push({ path: special, reason: 'it is a pipe, a socket or a device' });
  }
  return done;
}

const reasonFor = (error: unknown): string => `it can't be copied (${codeOf(error)})`;
const ALREADY = 'something is there already';

async function copyOne(
  from: string,
  to: string,
  asked: string,
  specials: string[],
): Promise<string | undefined> {
  const relative = insidePath(asked);
  const source = await lstat(path.join(from, relative)).catch(unlessMissing);
  if (source === undefined) return 'it is not there';
  if (kindOf(source) === 'special') return 'it is a pipe, a socket or a device';
  const above = (await notAFolder(from, relative)) ?? (await notAFolder(to, relative));
  if (above !== undefined) return `${above} is not a real folder`;
  const target = path.join(to, relative);
  if ((await lstat(target).catch(unlessMissing)) !== undefined) return ALREADY;
  const copying = path.join(to, copyingName(relative));
  await mkdir(path.dirname(target), { recursive: true });
  await removeTree(copying);
  try {
    copyTree(from, relative, copying, specials);
    // Renaming replaces a file or a link without a word.
    if ((await lstat(target).catch(unlessMissing)) !== undefined) return ALREADY;
    await rename(copying, target);
    return undefined;
  } finally {
    await removeTree(copying);
  }
}

/**
 * Folders first, then what is in them, and the folders' modes last: nothing could be written to one of mode 0555. It holds
 * the thread up, for the reason that `entriesOf` does.
 */
function copyTree(from: string, top: string, to: string, specials: string[]): void {
  const folders: TreeEntry[] = [];
  const targetOf = (entry: TreeEntry) => path.join(to, entry.path.slice(top.length));
  for (const entry of entriesOf(from, [top])) {
    if (entry.kind === 'unreadable') throw new Error(`${entry.path} may not be listed`);
    if (entry.kind === 'special') specials.push(entry.path);
    else if (entry.kind === 'folder') {
      mkdirSync(targetOf(entry), { mode: 0o700 });
      folders.push(entry);
    } else copyEntry(entry, path.join(from, entry.path), targetOf(entry));
  }
  for (const folder of folders.reverse()) {
    const { mode, atimeMs, mtimeMs } = lstatSync(path.join(from, folder.path));
    utimesSync(targetOf(folder), atimeMs / 1000, mtimeMs / 1000);
    chmodSync(targetOf(folder), mode & 0o7777);
  }
}

function copyEntry({ kind }: TreeEntry, source: string, target: string): void {
  const { atimeMs, mtimeMs } = lstatSync(source);
  if (kind === 'link') {
    symlinkSync(readlinkSync(source, { encoding: 'buffer' }), target);
    lutimesSync(target, atimeMs / 1000, mtimeMs / 1000);
    return;
  }
  copyFileSync(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  utimesSync(target, atimeMs / 1000, mtimeMs / 1000);
}
