import { constants } from 'node:fs';
import { copyFile, cp, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { readTextIfThere, writeFileAtomic } from '../homes/atomic-file.ts';
import { placeKey, tipOf } from './commit.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { excludedFile } from './guard.ts';
import { inWorktree } from './in-worktree.ts';
import { isLocal } from './origin.ts';
import { existingPlace, type Place, type WorktreeId } from './worktree-place.ts';

export interface LinkAndCopy {
  readonly worktree: WorktreeId;
  /** Paths to link, e.g. `node_modules`, from the folder `from` (the worktree where set-up ran). */
  readonly link?: readonly string[];
  readonly from?: string;
  /** Paths to copy from the user's checkout, e.g. `.env`; only where the origin is a folder here. */
  readonly copy?: readonly string[];
}

export interface LinkedAndCopied {
  readonly linked: readonly string[];
  readonly copied: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Gives a worktree what isn't in git: links to installed dependencies, copies of local settings. They are
 * kept out of git whatever `.gitignore` says. What is tracked or there already is never replaced, and
 * nothing is read or written through a link that leads out of its folder. May be repeated.
 */
export const linkAndCopy = (repo: RepositoryContext, request: LinkAndCopy): Promise<LinkedAndCopied> =>
  worktreeMutex(placeKey(repo, request.worktree), async () => {
    const place = await existingPlace(repo, request.worktree);
    const done = { linked: [] as string[], copied: [] as string[] };
    const skipped: { path: string; reason: string }[] = [];
    const checkout = isLocal(repo.origin) ? repo.origin : undefined;
    const jobs = [
      ...(request.link ?? []).map((each) => ({ each, from: request.from, make: link, to: done.linked })),
      ...(request.copy ?? []).map((each) => ({ each, from: checkout, make: copy, to: done.copied })),
    ];
    for (const { each, from, make, to } of jobs) {
      const reason =
        from === undefined ? 'there is no folder to take it from' : await one(repo, place, each, from, make);
      if (reason === undefined) to.push(each);
      else skipped.push({ path: each, reason });
    }
    return { ...done, skipped };
  });

type Make = (source: string, target: string) => Promise<string | undefined>;

const one = async (
  repo: RepositoryContext,
  place: Place,
  asked: string,
  from: string,
  make: Make,
): Promise<string | undefined> => {
  const relative = path.posix.normalize(asked).replace(/\/$/, '');
  const parts = relative.split('/');
  if (relative === '.' || parts.includes('..') || path.isAbsolute(relative) || parts.some(isGit))
    return 'it is not a path inside the repository';
  const source = await realpath(path.join(from, relative)).catch(() => undefined);
  if (source === undefined) return 'it is not there';
  if (!source.startsWith((await realpath(from)) + path.sep))
    return 'it leads out of the folder it is taken from';
  const head = await tipOf(repo, place);
  const tracked = await inWorktree(repo, place, ['ls-tree', '-z', '--name-only', head, '--', relative]);
  if (tracked.stdout !== '') return 'it is tracked by git';
  const leadsOut = await throughLink(place.path, parts.slice(0, -1));
  if (leadsOut !== undefined) return `${leadsOut} is not a real folder`;
  await exclude(repo, relative);
  await mkdir(path.dirname(path.join(place.path, relative)), { recursive: true });
  return make(source, path.join(place.path, relative));
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

/** All worktrees of a clone share one `info/exclude`; each pattern is one path from the top. */
const exclude = (repo: RepositoryContext, relative: string): Promise<void> =>
  worktreeMutex(`${repo.clone} exclude`, async () => {
    const pattern = `/${relative.replace(/[\\*?[\] ]/g, '\\$&')}\n`;
    const file = excludedFile(repo.clone);
    const lines = (await readTextIfThere(file)) ?? '';
    if (!lines.split(/(?<=\n)/).includes(pattern)) await writeFileAtomic(file, lines + pattern);
  });
