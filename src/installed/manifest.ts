import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CHUNK, withRegularFile } from '../files/regular-file.ts';
import { insidePath, isMisread, notAFolder, unlessGone } from './inside.ts';
import { removeTree } from './remove-tree.ts';
import { entriesOf, type TreeEntry } from './walk.ts';

/**
 * What was installed, so that a change of it is seen later. 58,000 entries of node_modules are 3.8 MB of JSON. Collecting
 * and comparing hold their thread up, see `entriesOf`.
 *
 * A program can set a file's times with `utimes`, and write other content of the same size into it. It can't set the
 * ctime, which such a write, `utimes` itself and a rename all move on. So a file is unchanged only if its ctime is.
 * Hard links are the exception: stores such as pnpm's and uv's share an inode between trees, and its ctime moves on
 * when another tree links or removes it. For files with several links, and for no others since that reads them, the
 * manifest has a digest of the content, which decides if nothing but the ctime differs. That the link count differs
 * as well would prove nothing, since a program can add a link after it has written.
 */
export interface Manifest {
  readonly paths: readonly string[];
  /** By folder, whose path would otherwise stand before each name. */
  readonly folders: readonly (readonly [folder: string, entries: readonly (readonly [string, string])[]])[];
}

export interface ManifestChanges {
  /** A folder stands for all that is in it. */
  readonly added: string[];
  readonly changed: string[];
  /** A folder stands for all that was in it. */
  readonly removed: string[];
}

/**
 * Kernels stamp files with the time of their last tick, at most 10 ms ago. A write in the tick in which a file was looked
 * at would leave its ctime as it is; after two ticks there can be none.
 */
const TICKS_MS = 20;

/** The manifest of all that is at and below `paths` of the tree `root`. */
export async function manifestOf(root: string, paths: readonly string[]): Promise<Manifest> {
  const facts = await factsOf(root, paths, true);
  await wait(TICKS_MS);
  const folders = new Map<string, [string, string][]>();
  for (const [relative, fact] of [...facts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = path.posix.dirname(relative);
    const entries = folders.get(folder) ?? [];
    folders.set(folder, entries);
    entries.push([path.posix.basename(relative), fact]);
  }
  return { paths: [...paths], folders: [...folders] };
}

/** What is different now; see {@link Manifest}. Of folders only that they are there counts. */
export async function manifestChanges(root: string, manifest: Manifest): Promise<ManifestChanges> {
  const now = await factsOf(root, manifest.paths, false);
  const before = new Map<string, string>();
  for (const [folder, entries] of manifest.folders)
    for (const [name, fact] of entries) before.set(path.posix.join(folder, name), fact);
  const changed: string[] = [];
  for (const [relative, fact] of before) {
    const other = now.get(relative);
    if (other !== undefined && !(await same(path.join(root, relative), fact, other))) changed.push(relative);
  }
  const missing = (keys: Iterable<string>, from: ReadonlyMap<string, string>) =>
    topmost(new Set([...keys].filter((key) => !from.has(key))));
  return {
    added: missing(now.keys(), before),
    changed: changed.sort(),
    removed: missing(before.keys(), now),
  };
}

/**
 * Removes what `manifestChanges` found added in the tree `root`. Links are removed, never followed. Throws if one of the
 * folders above a path has become a link: what it leads to is not part of the tree.
 */
export async function removeAdded(root: string, added: readonly string[]): Promise<void> {
  for (const relative of added.map(insidePath)) {
    const above = await notAFolder(root, relative);
    if (above !== undefined) throw new Error(`${above} is not a real folder, so ${relative} is left there`);
    await removeTree(path.join(root, relative));
  }
}

const topmost = (paths: ReadonlySet<string>): string[] =>
  [...paths].filter((each) => !paths.has(path.posix.dirname(each))).sort();

/** Facts by path. */
async function factsOf(root: string, paths: readonly string[], digests: boolean) {
  const facts = new Map<string, string>();
  let buffer: Buffer | undefined;
  for (const entry of entriesOf(root, paths)) {
    if (entry.kind === UNREADABLE) facts.set(entry.path, UNREADABLE);
    // An unreadable folder comes twice.
    else if (entry.kind === 'folder') facts.set(entry.path, facts.get(entry.path) ?? entry.kind);
    else {
      const at = path.join(root, entry.path);
      const stat = unlessGone(() => lstatSync(at, { bigint: true }));
      if (stat === undefined) {
        if (isMisread(at)) facts.set(entry.path, UNREADABLE);
        continue;
      }
      const linked = digests && entry.kind === 'file' && stat.nlink > 1n;
      if (linked) buffer ??= Buffer.allocUnsafe(CHUNK);
      facts.set(entry.path, fact(entry, stat, linked ? await digestOf(at, buffer) : undefined));
    }
  }
  return facts;
}

/** The fact of a folder that can't be listed, and of what has a name that isn't UTF-8. */
const UNREADABLE = 'unreadable';

/** The parts of a fact, with a space between them. */
const CTIME = 5;
const DIGEST = 6;

function fact({ kind }: TreeEntry, stat: BigIntStats, digest: string | undefined): string {
  const numbers = [stat.mode, stat.size, stat.mtimeNs, stat.ino, stat.ctimeNs];
  return [kind, ...numbers.map((number) => number.toString(36)), ...(digest ? [digest] : [])].join(' ');
}

async function same(at: string, before: string, now: string): Promise<boolean> {
  if (before === now && before !== UNREADABLE) return true;
  // Nobody knows what is in it, so it may have changed.
  if (before === UNREADABLE) return false;
  const then = before.split(' ');
  const parts = now.split(' ');
  if (then.slice(0, CTIME).join() !== parts.slice(0, CTIME).join()) return false;
  if (then[CTIME] === parts[CTIME]) return true;
  const digest = then[DIGEST];
  return digest !== undefined && digest === (await digestOf(at));
}

/** Undefined: it can't be read, or is gone; without a digest another ctime is a change. */
const digestOf = (file: string, buffer: Buffer = Buffer.allocUnsafe(CHUNK)): Promise<string | undefined> =>
  withRegularFile(file, async (open) => {
    const hash = createHash('sha256');
    for (let count = await open.read(buffer, 0); count > 0; count = await open.read(buffer, 0))
      hash.update(buffer.subarray(0, count));
    return hash.digest('base64url');
  }).catch(() => undefined);
