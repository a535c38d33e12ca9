import { lstat, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { BatonError } from '../domain/failures.ts';
import { readJson, writeFileAtomic } from '../homes/atomic-file.ts';
import { pathSegment } from '../homes/paths.ts';
import type { RepositoryContext } from './context.ts';

/** Names a worktree: plain data, to be passed between activities. */
export interface WorktreeId {
  readonly feature: string;
  /** The packet's id, or `integration`, `design`, … */
  readonly name: string;
  /** Raised whenever the packet moves to another home. */
  readonly epoch: number;
}

/** Where a worktree's files and git's own data about it lie. */
export interface Place {
  readonly path: string;
  /** `worktrees/<feature>.<name>` of the clone: HEAD, indexes and Baton's marks. */
  readonly admin: string;
  /** The index that Baton uses; the agent has `index`, where it may set flags that hide changes. */
  readonly index: string;
}

/** Where the worktree is, whether it exists or not. A dot can't be in an id, so no two share a place. */
export const placeOf = (repo: RepositoryContext, { feature, name }: Omit<WorktreeId, 'epoch'>): Place => {
  const admin = path.join(repo.clone, 'worktrees', `${pathSegment(feature)}.${pathSegment(name)}`);
  return { path: repo.home.worktree(feature, name), admin, index: path.join(admin, 'baton-index') };
};

const markSchema = z.object({
  feature: z.string(),
  name: z.string(),
  epoch: z.number().int(),
  /** The commit it was created at. */
  start: z.string(),
  path: z.string(),
  /** Only Baton writes there, so nothing in it has to be saved. */
  own: z.boolean().optional(),
});

/** Written last when a worktree is made, and taken away first when it is removed: there means complete. */
export type WorktreeMark = z.infer<typeof markSchema>;

const markFile = (admin: string): string => path.join(admin, 'baton.json');

export const readMark = async (admin: string): Promise<WorktreeMark | undefined> => {
  const parsed = markSchema.safeParse(await readJson(markFile(admin)));
  return parsed.success ? parsed.data : undefined;
};

export const writeMark = (admin: string, mark: WorktreeMark): Promise<void> =>
  writeFileAtomic(markFile(admin), `${JSON.stringify(mark)}\n`);

export const removeMark = (admin: string): Promise<void> => rm(markFile(admin), { force: true });

/** Whether `folder` is a real folder: an agent may have put a link to another place there. */
export const isRealFolder = async (folder: string): Promise<boolean> =>
  (await lstat(folder).catch(() => undefined))?.isDirectory() ?? false;

/**
 * The place of a complete worktree of exactly that epoch.
 * @throws BatonError `StaleEpoch` where a later epoch has it, `Repository` where it isn't there.
 */
export const existingPlace = async (repo: RepositoryContext, worktree: WorktreeId): Promise<Place> => {
  const place = placeOf(repo, worktree);
  const mark = await readMark(place.admin);
  if (mark !== undefined && mark.epoch > worktree.epoch) {
    throw new BatonError(
      'StaleEpoch',
      `Worktree ${place.path} belongs to epoch ${mark.epoch}; epoch ${worktree.epoch} may no longer change it`,
    );
  }
  if (mark?.epoch === worktree.epoch && (await isRealFolder(place.path))) return place;
  throw new BatonError(
    'Repository',
    `Worktree ${place.path} of epoch ${worktree.epoch} is not there: prepare it again, its work is on the hub`,
  );
};

/** Puts back the files by which the agent's own git finds the clone; Baton's git doesn't need them. */
export const restoreLinks = async (place: Place): Promise<void> => {
  await keep(path.join(place.path, '.git'), `gitdir: ${place.admin}\n`);
  await keep(path.join(place.admin, 'gitdir'), `${path.join(place.path, '.git')}\n`);
  await keep(path.join(place.admin, 'commondir'), '../..\n');
};

const keep = async (file: string, content: string): Promise<void> => {
  const stat = await lstat(file).catch(() => undefined);
  if (stat?.isFile() && (await readFile(file, 'utf8')) === content) return;
  if (stat !== undefined) await rm(file, { recursive: true, force: true });
  await writeFileAtomic(file, content);
};
