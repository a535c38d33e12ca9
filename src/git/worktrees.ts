import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import type { HomePaths } from '../homes/paths.ts';
import { erase } from './checkout.ts';
import { commitUnlocked, forgetPushed, placeKey, pushWork } from './commit.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { hubRefs } from './hub.ts';
import { clearState, resetFiles, setHead, shareIndex } from './in-worktree.ts';
import { ensureCommit } from './objects.ts';
import { workRefs } from './refs.ts';
import {
  isRealFolder,
  type Place,
  placeOf,
  readMark,
  removeMark,
  restoreLinks,
  type WorktreeId,
  type WorktreeMark,
  writeMark,
} from './worktree-place.ts';

export interface Prepared {
  readonly path: string;
  /** The commit it was made at, or `undefined` where it was there and kept with all its work. */
  readonly createdAt: string | undefined;
}

/**
 * Makes a packet's worktree, or keeps the one that this epoch has, uncommitted work included, so that a
 * killed agent can go on. A new one starts at the packet's newest work on the hub (of this epoch, or the
 * highest before), else at `start`. HEAD is detached: branches are true on the hub only. With `own` only Baton
 * writes there: it starts at `start`, and is removed without saving anything.
 * @throws BatonError `StaleEpoch` where a later epoch has been prepared here or has pushed work.
 */
export const prepareWorktree = (
  repo: RepositoryContext,
  { start, own = false, ...worktree }: WorktreeId & { readonly start: string; readonly own?: boolean },
): Promise<Prepared> =>
  worktreeMutex(placeKey(repo, worktree), async () => {
    const place = placeOf(repo, worktree);
    const mark = await readMark(place.admin);
    if (mark !== undefined && mark.epoch > worktree.epoch)
      throw staleError(place, mark.epoch, worktree.epoch);
    if (mark?.epoch === worktree.epoch && (await isRealFolder(place.path))) {
      await clearLocks(place);
      await restoreLinks(place);
      return { path: place.path, createdAt: undefined };
    }
    await saveAndErase(repo, place, mark);
    const newest = own ? undefined : await newestWork(repo, worktree);
    if (newest !== undefined && newest.epoch > worktree.epoch)
      throw staleError(place, newest.epoch, worktree.epoch);
    const at = await ensureCommit(repo, newest?.commit ?? start);
    await create(repo, place, at);
    await writeMark(place.admin, { ...worktree, start: at, path: place.path, ...(own && { own }) });
    return { path: place.path, createdAt: at };
  });

const staleError = (place: Place, newer: number, epoch: number): BatonError =>
  new BatonError(
    'StaleEpoch',
    `${place.path} can't be prepared for epoch ${epoch}: the packet is at epoch ${newer} already`,
  );

/** By hand instead of `git worktree add`: repeatable at any point, and always in the same folder. */
const create = async (repo: RepositoryContext, place: Place, at: string): Promise<void> => {
  await mkdir(place.admin, { recursive: true });
  await mkdir(place.path, { recursive: true });
  await restoreLinks(place);
  await writeFile(path.join(place.admin, 'HEAD'), `${at}\n`);
  await setHead(repo, place, at);
  await resetFiles(repo, place, at);
  await shareIndex(place);
};

/** A killed git's locks; what an agent has in progress stays, as it may be about to resolve a conflict. */
const clearLocks = async (place: Place): Promise<void> => {
  for (const name of ['index.lock', 'baton-index.lock', 'HEAD.lock', 'ORIG_HEAD.lock']) {
    await rm(path.join(place.admin, name), { force: true });
  }
};

const newestWork = async (
  repo: RepositoryContext,
  { feature, name }: WorktreeId,
): Promise<{ epoch: number; commit: string } | undefined> => {
  const prefix = workRefs(feature, name);
  const refs = await hubRefs(repo, prefix);
  return [...refs]
    .map(([ref, commit]) => ({ epoch: Number(ref.slice(prefix.length)), commit }))
    .filter(({ epoch }) => Number.isSafeInteger(epoch))
    .sort((a, b) => b.epoch - a.epoch)[0];
};

const saveAndErase = async (
  repo: RepositoryContext,
  place: Place,
  mark: WorktreeMark | undefined,
): Promise<string | undefined> => {
  let saved: string | undefined;
  if (mark !== undefined && mark.own !== true && (await isRealFolder(place.path))) {
    const message = `Work left in ${mark.name}`;
    const { commit } = await commitUnlocked(repo, place, { worktree: mark, message });
    await pushWork(repo, mark, commit);
    saved = commit;
  } else if (mark !== undefined) {
    await clearState(place);
  }
  // From here on its files are no longer anybody's work, so half of them must not be committed.
  await removeMark(place.admin);
  await erase(place);
  return saved;
};

/**
 * Removes a worktree; uncommitted work is committed and pushed to its work ref first. Nothing happens where
 * there is none. @returns the commit that holds the work, where there was any worktree.
 */
export const removeWorktree = (
  repo: RepositoryContext,
  worktree: Omit<WorktreeId, 'epoch'>,
): Promise<string | undefined> =>
  worktreeMutex(placeKey(repo, worktree), async () => {
    const place = placeOf(repo, worktree);
    return saveAndErase(repo, place, await readMark(place.admin));
  });

/** A worktree as found in a home. */
export interface FoundWorktree {
  readonly repository: string;
  readonly feature: string;
  readonly name: string;
  /** Undefined where it is half-made or half-removed. */
  readonly epoch: number | undefined;
  readonly path: string;
}

/** All worktrees of a home, half-made ones too. */
export const listWorktrees = async (home: HomePaths): Promise<FoundWorktree[]> => {
  const found: FoundWorktree[] = [];
  for (const clone of (await namesIn(home.repos)).filter((name) => name.endsWith('.git'))) {
    for (const name of await namesIn(path.join(home.repos, clone, 'worktrees'))) {
      const [feature, packet, ...rest] = name.split('.');
      if (!feature || !packet || rest.length > 0) continue;
      const mark = await readMark(path.join(home.repos, clone, 'worktrees', name));
      const at = home.worktree(feature, packet);
      const repository = clone.slice(0, -'.git'.length);
      found.push({ repository, feature, name: packet, epoch: mark?.epoch, path: at });
    }
  }
  return found;
};

/** Removes all worktrees of a feature, their work kept in refs on the hub. @returns what was removed. */
export const cleanFeature = async (
  repo: RepositoryContext,
  feature: string,
): Promise<{ name: string; commit: string | undefined }[]> => {
  const removed = [];
  for (const worktree of await listWorktrees(repo.home)) {
    if (worktree.feature !== feature || worktree.repository !== repo.key) continue;
    removed.push({ name: worktree.name, commit: await removeWorktree(repo, worktree) });
  }
  forgetPushed(repo, feature);
  return removed;
};

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
