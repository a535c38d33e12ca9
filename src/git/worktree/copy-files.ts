import { cp, lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { copyPlain } from './plain-files.ts';

/** A worktree into which something is copied that isn't in git. */
export interface CopyTarget {
  readonly path: string;
  /** Whether git has this path there. */
  tracked(relative: string): Promise<boolean>;
  /** Keeps a path out of git, whatever `.gitignore` says; where nobody else does. */
  readonly exclude?: (relative: string) => Promise<void>;
}

export interface CopiedFiles {
  readonly copied: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** What to copy; a folder that is undefined has nothing to take. */
export interface FilesToCopy {
  readonly copy: readonly string[];
  readonly copyFrom: string | undefined;
}

/**
 * Copies into a worktree. What is tracked or there already is never replaced, and nothing is read or written through a
 * link that leads out of its folder. May be repeated.
 */
export const copyFiles = async (
  target: CopyTarget,
  { copy, copyFrom }: FilesToCopy,
): Promise<CopiedFiles> => {
  const copied: string[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const each of copy) {
    const reason =
      copyFrom === undefined ? 'there is no folder to take it from' : await one(target, each, copyFrom);
    if (reason === undefined) copied.push(each);
    else skipped.push({ path: each, reason });
  }
  return { copied, skipped };
};

const one = async (target: CopyTarget, asked: string, from: string): Promise<string | undefined> => {
  const relative = path.posix.normalize(asked).replace(/\/$/, '');
  const parts = relative.split('/');
  if (relative === '.' || parts.includes('..') || path.isAbsolute(relative) || parts.some(isGit))
    return 'it is not a path inside the repository';
  const source = await realpath(path.join(from, relative)).catch(() => undefined);
  if (source === undefined) return 'it is not there';
  if (!source.startsWith((await realpath(from)) + path.sep))
    return 'it leads out of the folder it is taken from';
  if (await target.tracked(relative)) return 'it is tracked by git';
  const leadsOut = await throughLink(target.path, parts.slice(0, -1));
  if (leadsOut !== undefined) return `${leadsOut} is not a real folder`;
  await target.exclude?.(relative);
  await mkdir(path.dirname(path.join(target.path, relative)), { recursive: true });
  return copyTo(source, path.join(target.path, relative));
};

const isGit = (part: string): boolean => part.toLowerCase() === '.git';

/** The first of the folders on the way that is a link or a file. */
const throughLink = async (root: string, parts: readonly string[]): Promise<string | undefined> => {
  let at = root;
  for (const part of parts) {
    at = path.join(at, part);
    const stat = await lstat(at).catch(() => undefined);
    if (stat !== undefined && !stat.isDirectory()) return path.relative(root, at);
  }
  return undefined;
};

const copyTo = async (source: string, target: string): Promise<string | undefined> => {
  if ((await lstat(target).catch(() => undefined)) !== undefined) return 'something is there already';
  const stat = await lstat(source);
  if (stat.isDirectory())
    await cp(source, target, { recursive: true, errorOnExist: true, force: false, filter: isCopied });
  else if (!(await copyPlain(source, target))) return 'it is neither a file nor a folder';
  return undefined;
};

/** Pipes, sockets and devices in a folder stay behind. */
const isCopied = async (source: string): Promise<boolean> => {
  const stat = await lstat(source);
  return stat.isFile() || stat.isDirectory() || stat.isSymbolicLink();
};
