import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import type { GitContent } from '../../domain/git-content.ts';
import { assertRoom } from '../../homes/disk-room.ts';
import { namesIn } from '../../homes/names-in.ts';
import type { HomePaths } from '../../homes/paths.ts';
import { type RepositoryContext, worktreeMutex } from '../context.ts';
import { checkOutModules } from '../modules/place-modules.ts';
import { hubRefs } from '../remote/hub.ts';
import { forceOnHub } from '../remote/push-to-hub.ts';
import { commitFacts, workBase } from '../store/commit-object.ts';
import { listingOf } from '../store/listing.ts';
import { ensureCommit, isAncestor } from '../store/objects.ts';
import { keptRef, workRef, workRefs } from '../store/refs.ts';
import { erase } from './checkout.ts';
import { commitUnlocked, forgetPushed, pushWork, worktreeKey } from './commit.ts';
import { makeOwnRepository } from './own-repository.ts';
import {
  isRealFolder,
  readMark,
  removeMark,
  type WorktreeId,
  type WorktreeMark,
  type WorktreePaths,
  worktreePaths,
  writeMark,
} from './worktree-paths.ts';
import { writeFiles } from './write-files.ts';

export interface Prepared {
  readonly path: string;
  /** The commit it was made at, or `undefined` where it was there and kept with all its work. */
  readonly createdAt: string | undefined;
}

export interface ToPrepare extends WorktreeId {
  readonly start: string;
  /** Only Baton writes there: it is empty until `checkoutClean`, and is removed without saving anything. Default false. */
  readonly own?: boolean;
  /** The folder of it that is worked in, for people who look for it. Default: the whole. */
  readonly root?: string;
  /** The branch that its repository shows. Default: its name. */
  readonly branch?: string;
  /** The base branch that its repository shows. Default: none. */
  readonly base?: { readonly branch: string; readonly commit: string };
  /** Paths and globs that never go into a commit of it. Default: none. */
  readonly excluded?: readonly string[];
  /** Files that go into its commits although `.gitignore` ignores them. Default: as before. */
  readonly wanted?: readonly string[];
}

/**
 * Makes a packet's worktree with a repository of its own, or keeps the one that this epoch has, uncommitted work
 * included, so that a killed agent can go on. A new one starts at the packet's newest work on the hub (of this epoch,
 * or the highest before), else at `start`. A tree that an earlier execution of the feature left here is put aside.
 * @throws BatonError `StaleEpoch` where a later epoch has been prepared here or has pushed work.
 */
export const prepareWorktree = (
  repo: RepositoryContext,
  { start, own = false, root, branch, base, excluded = [], wanted, ...worktree }: ToPrepare,
): Promise<Prepared> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const paths = worktreePaths(repo, worktree);
    const mark = await readMark(paths.admin);
    if (mark !== undefined && mark.epoch > worktree.epoch)
      throw staleError(paths, mark.epoch, worktree.epoch);
    const earlier = mark !== undefined && (await isOfEarlierExecution(repo, mark, worktree.epoch));
    if (mark?.epoch === worktree.epoch && !earlier && (await isRealFolder(paths.path))) {
      const { content } = repo;
      const known = { excluded: mark.excluded ?? [], wanted: mark.wanted ?? [], content: mark.content };
      const next = { excluded: [...excluded], wanted: [...(wanted ?? known.wanted)], content };
      if (JSON.stringify(known) !== JSON.stringify(next)) await writeMark(paths.admin, { ...mark, ...next });
      return { path: paths.path, createdAt: undefined };
    }
    await saveAndErase(repo, paths, mark, earlier ? keepAside : pushWork);
    if (earlier) forgetPushed(repo, worktree.feature);
    const newest = own ? undefined : await newestWork(repo, worktree);
    if (newest !== undefined && newest.epoch > worktree.epoch)
      throw staleError(paths, newest.epoch, worktree.epoch);
    const at = await ensureCommit(repo, newest?.commit ?? start);
    const next: WorktreeMark = {
      ...worktree,
      start: at,
      path: paths.path,
      standsOn: newest === undefined ? at : await baseOf(repo, worktree.name, at, start),
      excluded: [...excluded],
      wanted: [...(wanted ?? [])],
      ...(repo.content !== undefined && { content: repo.content }),
      ...(own && { own }),
      ...(root !== undefined && { root }),
      ...(branch !== undefined && { branch }),
      ...(base !== undefined && { base }),
    };
    await assertRoomFor(repo, next);
    await create(repo, paths, next);
    await writeMark(paths.admin, next);
    return { path: paths.path, createdAt: at };
  });

const staleError = (paths: WorktreePaths, newer: number, epoch: number): BatonError =>
  new BatonError(
    'StaleEpoch',
    `${paths.path} can't be prepared for epoch ${epoch}: the packet is at epoch ${newer} already`,
  );

/** What work that another home left is counted from. Work of before it said so: from where it started. */
const baseOf = async (
  repo: RepositoryContext,
  name: string,
  commit: string,
  start: string,
): Promise<string> => {
  const recorded = await workBase(repo, commit, name);
  if (recorded !== undefined) return recorded;
  return (await isAncestor(repo, start, commit)) ? start : commit;
};

/** The least that a file takes on the usual disks. */
const BLOCK = 4096;

/** A tree that runs out of disk in the middle fails with whatever the tool makes of it that writes just then. */
const assertRoomFor = async (repo: RepositoryContext, { name, start }: WorktreeMark): Promise<void> => {
  const files = (await listingOf(repo, start)).size;
  await assertRoom(repo.home.dir, `a tree of ${name}`, { inodes: files, bytes: files * BLOCK });
};

/** In a folder that is new, so nobody else has been there. Repeatable at any point. */
const create = async (repo: RepositoryContext, paths: WorktreePaths, mark: WorktreeMark): Promise<void> => {
  await mkdir(paths.admin, { recursive: true });
  await mkdir(paths.path, { recursive: true });
  // What only Baton uses is checked out at each use.
  if (mark.own === true) return;
  await writeFiles(repo, paths, mark.start);
  await checkOutModules(repo, paths, (await commitFacts(repo, mark.start)).tree);
  const { branch = mark.name, start: head, base, excluded = [] } = mark;
  await makeOwnRepository(repo, paths, { branch, head, base, excluded });
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

/**
 * Whether a tree holds work of an earlier execution of its feature, which had the same names and epochs: the hub no
 * longer has what was pushed of it, since `beginFeature`, run in another home, put that aside.
 */
const isOfEarlierExecution = async (
  repo: RepositoryContext,
  mark: WorktreeMark,
  epoch: number,
): Promise<boolean> => {
  // While it is brought up, its tip may be one that was never pushed.
  if (mark.own === true || mark.bringing !== undefined) return false;
  if (mark.tip === undefined || mark.tip === mark.start) return false;
  const ref = workRef(mark);
  const pushed = (await hubRefs(repo, ref)).get(ref);
  if (pushed === undefined) return true;
  // In an epoch that has passed, another home may have pushed other work since.
  return mark.epoch !== epoch && !(await isAncestor(repo, mark.tip, pushed));
};

/** Keeps work on the hub where nobody goes on from it. */
const keepAside = (repo: RepositoryContext, worktree: WorktreeId, commit: string): Promise<void> =>
  forceOnHub(repo, keptRef({ ...worktree, commit }), commit);

const saveAndErase = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  mark: WorktreeMark | undefined,
  save: typeof pushWork = pushWork,
): Promise<string | undefined> => {
  let saved: string | undefined;
  if (mark !== undefined && mark.own !== true && (await isRealFolder(paths.path))) {
    const message = `Work left in ${mark.name}`;
    const { commit } = await commitUnlocked(repo, paths, mark, { message });
    await save(repo, mark, commit);
    saved = commit;
  }
  // From here on its files are no longer anybody's work, so half of them must not be committed.
  await removeMark(paths.admin);
  await erase(paths);
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
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const paths = worktreePaths(repo, worktree);
    return saveAndErase(repo, paths, await readMark(paths.admin));
  });

/** A worktree as found in a home. */
export interface FoundWorktree {
  readonly repository: string;
  readonly feature: string;
  readonly name: string;
  /** Undefined where it is half-made or half-removed. */
  readonly epoch: number | undefined;
  readonly path: string;
  /** The folder in it that is worked in; `''`: all of it. */
  readonly root: string;
  /** The commit of the base branch that its feature began at, or its own first one. Undefined as `epoch` is. */
  readonly base: string | undefined;
  /** How its files are converted; undefined: without filters. */
  readonly content: GitContent | undefined;
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
      const base = mark?.base?.commit ?? mark?.start;
      const { epoch, root = '' } = mark ?? { epoch: undefined };
      found.push({ repository, feature, name: packet, epoch, path: at, root, base, content: mark?.content });
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
