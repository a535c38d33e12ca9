import { constants } from 'node:fs';
import { copyFile, cp, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';

/** A worktree into which something is brought that isn't in git. */
export interface Target {
  readonly path: string;
  /** Whether git has this path there. */
  tracked(relative: string): Promise<boolean>;
  /** Keeps a path out of git, whatever `.gitignore` says. */
  exclude(relative: string): Promise<void>;
}

export interface LinkedAndCopied {
  readonly linked: readonly string[];
  readonly copied: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** What to bring; a folder that is undefined has nothing to take. */
export interface Bring {
  readonly link: readonly string[];
  readonly linkFrom: string | undefined;
  readonly copy: readonly string[];
  readonly copyFrom: string | undefined;
}

/**
 * Links and copies into a worktree. What is tracked or there already is never replaced, and nothing is read or
 * written through a link that leads out of its folder. May be repeated.
 */
export const bringIn = async (
  target: Target,
  { link: toLink, linkFrom, copy: toCopy, copyFrom }: Bring,
): Promise<LinkedAndCopied> => {
  const done = { linked: [] as string[], copied: [] as string[] };
  const skipped: { path: string; reason: string }[] = [];
  const jobs = [
    ...toLink.map((each) => ({ each, from: linkFrom, make: link, to: done.linked })),
    ...toCopy.map((each) => ({ each, from: copyFrom, make: copy, to: done.copied })),
  ];
  for (const { each, from, make, to } of jobs) {
    const reason =
      from === undefined ? 'there is no folder to take it from' : await one(target, each, from, make);
    if (reason === undefined) to.push(each);
    else skipped.push({ path: each, reason });
  }
  return { ...done, skipped };
};

/** The line of an exclude file that means exactly this path. */
export const excludeLine = (relative: string): string => `/${relative.replace(/[\\*?[\] ]/g, '\\$&')}\n`;

type Make = (source: string, target: string) => Promise<string | undefined>;

const one = async (target: Target, asked: string, from: string, make: Make): Promise<string | undefined> => {
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
  await target.exclude(relative);
  await mkdir(path.dirname(path.join(target.path, relative)), { recursive: true });
  return make(source, path.join(target.path, relative));
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

const link: Make = async (source, target) => {
  const there = await lstat(target).catch(() => undefined);
  if (there?.isSymbolicLink() && (await readlink(target)) === source) return undefined;
  if (there !== undefined) return 'something is there already';
  await symlink(source, target);
  return undefined;
};

const copy: Make = async (source, target) => {
  if ((await lstat(target).catch(() => undefined)) !== undefined) return 'something is there already';
  const stat = await lstat(source);
  if (stat.isDirectory()) await cp(source, target, { recursive: true, errorOnExist: true, force: false });
  else if (stat.isFile()) await copyFile(source, target, constants.COPYFILE_EXCL);
  else return 'it is neither a file nor a folder';
  return undefined;
};
