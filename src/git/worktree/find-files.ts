import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readIfRegular } from '../../files/regular-file.ts';
import { nameText, onDisk } from '../names.ts';
import { GITLINK } from '../store/listing.ts';
import { type IgnoreRules, ignoreRules, isIgnored } from './ignore-rules.ts';
import { isDenied, unlessDenied } from './plain-files.ts';

export type FileMode = '100644' | '100755' | '120000';

/** A file or link of a tree that goes into commits. */
export interface FoundFile {
  /** Relative to the tree, with `/`. */
  readonly path: string;
  readonly mode: FileMode;
  /** The same stamp, the same content: programs can't set the time of the last change of an inode. */
  readonly stamp: string;
  /** Of the last change of the inode, in ms since the epoch. */
  readonly changedMs: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Repositories that somebody made inside the tree: their files are among `files`, their `.git` is not. */
  readonly nested: readonly string[];
  /** Names that git can't hold, or that nobody else could check out, and what may not be read. */
  readonly unusable: readonly string[];
  /** Those that may not be read: what is at or below them is not known, so nothing there counts as removed. `''`: all. */
  readonly unread: readonly string[];
}

export interface Search {
  /** What the commit has below the tree: such files are found even if they are ignored. */
  readonly tracked: ReadonlyMap<string, { readonly mode: string }>;
  /** Files that are found even if they are ignored: somebody named them. Default: none. */
  readonly wanted?: ReadonlySet<string>;
  /** Paths that never go into a commit, whatever `.gitignore` says; folders are asked about with a `/` at the end. */
  readonly excluded: (relative: string) => boolean;
}

/** Characters that macOS leaves out when it compares names. */
const LEFT_OUT = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** Names that a file system may take for `.git`, which git refuses (CVE-2014-9390, CVE-2019-1352). */
const LIKE_GIT = /^(?:\.git|git~1)[ .]*(?:[:\\].*)?$/is;

/** Whether git, or a git elsewhere, can't hold a name. */
const isUnusable = (name: string): boolean => LIKE_GIT.test(name.replace(LEFT_OUT, ''));

/**
 * The files of a tree that is not ignored, found by looking at names and states only: nothing is opened but
 * `.gitignore` files, and of these only regular ones. Git itself would open what lies there: a FIFO as `.gitignore`,
 * the HEAD of a repository inside the tree.
 */
export const findFiles = async (
  root: string,
  { tracked, wanted = new Set(), excluded }: Search,
): Promise<FoundFiles> => {
  const files: FoundFile[] = [];
  const nested: string[] = [];
  const unusable: string[] = [];
  const unread: string[] = [];
  const folders = foldersOf([...tracked.keys(), ...wanted]);

  const visit = async (
    folder: string,
    ignoredAbove: boolean,
    above: readonly IgnoreRules[],
  ): Promise<void> => {
    const rules = ignoredAbove ? above : await withRules(root, folder, above).catch(unlessDenied);
    if (rules === undefined) {
      // Without its rules, what is ignored would be taken for work.
      unread.push(folder);
      unusable.push(await unreadable(root, folder));
      return;
    }
    const entries = await namesIn(root, folder).catch((error: NodeJS.ErrnoException) => {
      // Gone meanwhile: somebody may still be at work in the tree.
      if (folder !== '' && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      if (folder === '' || !isDenied(error)) throw error;
      unread.push(folder);
      unusable.push(folder);
      return [];
    });
    const here: string[] = [];
    // A name that somebody moves meanwhile may be listed twice.
    for (const entry of new Map(entries.map((each) => [each.name, each])).values()) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name === '.git') {
        if (folder !== '') nested.push(folder);
        continue;
      }
      if (excluded(entry.isDirectory() ? `${relative}/` : relative)) continue;
      if (entry.isDirectory()) {
        if (tracked.get(relative)?.mode === GITLINK) continue;
        const ignored = ignoredAbove || isIgnored(relative, true, rules);
        if (ignored && !folders.has(relative)) continue;
        if (!isUnusable(entry.name)) await visit(relative, ignored, rules);
        else if (!folders.has(relative)) unusable.push(relative);
        continue;
      }
      if (!entry.isFile() && !entry.isSymbolicLink()) continue;
      const isNamed = tracked.has(relative) || wanted.has(relative);
      if (!isNamed && (ignoredAbove || isIgnored(relative, false, rules))) continue;
      if (isUnusable(entry.name)) {
        if (!tracked.has(relative)) unusable.push(relative);
        continue;
      }
      here.push(relative);
    }
    const denied = (relative: string) => {
      unread.push(relative);
      unusable.push(relative);
    };
    // One by one: a call takes no hundred thousand arguments.
    for (const file of await foundFiles(root, here, denied)) files.push(file);
  };
  await visit('', false, []);
  return { files, nested: nested.sort(), unusable: unusable.sort(), unread };
};

/** What to name where a folder's `.gitignore` may not be read: the folder, if nothing in it may. */
const unreadable = async (root: string, folder: string): Promise<string> => {
  const rules = path.posix.join(folder, '.gitignore');
  if (folder === '') return rules;
  return lstat(onDisk(path.join(root, rules))).then(
    () => rules,
    () => folder,
  );
};

/** The same state of a file, the same stamp. */
export const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('.');

/** The file or link at a path, as it is now; undefined if there is neither. Throws if it may not be looked at. */
export const foundFile = async (root: string, relative: string): Promise<FoundFile | undefined> => {
  const stat = await lstat(onDisk(path.join(root, relative)), { bigint: true }).catch((error: unknown) => {
    if (isDenied(error)) throw error;
    return undefined;
  });
  if (stat === undefined || !(stat.isFile() || stat.isSymbolicLink())) return undefined;
  return {
    path: relative,
    mode: stat.isSymbolicLink() ? '120000' : (stat.mode & 0o100n) === 0n ? '100644' : '100755',
    stamp: stampOf(stat),
    changedMs: Number(stat.ctimeNs / 1_000_000n),
  };
};

/** So many are looked at at once. One after the other, each takes six times the processor time. */
const AT_ONCE = 64;

/** The files and links at these paths, in their order; what may not be looked at is told to `denied`. */
export const foundFiles = async (
  root: string,
  paths: readonly string[],
  denied: (relative: string) => void,
): Promise<FoundFile[]> => {
  const found: FoundFile[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const looked = paths.slice(at, at + AT_ONCE).map(async (relative) => {
      try {
        return await foundFile(root, relative);
      } catch (error) {
        unlessDenied(error);
        denied(relative);
        return undefined;
      }
    });
    for (const file of await Promise.all(looked)) if (file !== undefined) found.push(file);
  }
  return found;
};

/** What is in a folder, each with its name as text. */
const namesIn = async (root: string, folder: string) => {
  const options = { withFileTypes: true, encoding: 'buffer' } as const;
  const entries = await readdir(onDisk(path.join(root, folder)), options);
  return entries.map((entry) => ({
    name: nameText(entry.name),
    isDirectory: () => entry.isDirectory(),
    isFile: () => entry.isFile(),
    isSymbolicLink: () => entry.isSymbolicLink(),
  }));
};

const foldersOf = (paths: Iterable<string>): Set<string> => {
  const folders = new Set<string>();
  for (const file of paths)
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
};

const withRules = async (
  root: string,
  folder: string,
  above: readonly IgnoreRules[],
): Promise<readonly IgnoreRules[]> => {
  const content = await readIfRegular(onDisk(path.join(root, folder, '.gitignore')));
  return content === undefined ? above : [ignoreRules(folder === '' ? '' : `${folder}/`, content), ...above];
};
