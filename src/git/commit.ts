import { BatonError } from '../domain/failures.ts';
import { forgetBringing } from './bringing.ts';
import { type RepositoryContext, worktreeMutex } from './context.ts';
import { forceOnHub, hubRefs } from './hub.ts';
import { clearState, headCommit, inWorktree, resetIndex, setHead, shareIndex } from './in-worktree.ts';
import { stageNested } from './nested.ts';
import { isAncestor, tree as treeOf } from './objects.ts';
import { featureWork, keptRef, workRef } from './refs.ts';
import { existingPlace, type Place, readMark, type WorktreeId } from './worktree-place.ts';

export interface CommitRequest {
  readonly worktree: WorktreeId;
  readonly message: string;
  /** Added as `Key: value` lines, e.g. `{ 'Baton-Packet': 'api-users' }`. */
  readonly trailers?: Readonly<Record<string, string>>;
}

export interface Committed {
  /** The packet's tip, on the hub as its work ref. */
  readonly commit: string;
  /** Whether there was anything to commit. */
  readonly changed: boolean;
  /** Repositories that the agent made inside the worktree; their files were committed, their history not. */
  readonly nested: readonly string[];
}

/**
 * Commits everything in the worktree that isn't ignored, and pushes the tip to the packet's work ref on the
 * hub. Commits that the agent made itself stay; a tip that it rewrote is kept under `refs/baton/kept/`.
 * May be repeated: then there is nothing to commit, and the same tip is pushed.
 */
export const commitAll = (repo: RepositoryContext, request: CommitRequest): Promise<Committed> => {
  const { feature, name } = request.worktree;
  return worktreeMutex(placeKey(repo, { feature, name }), async () => {
    const place = await existingPlace(repo, request.worktree);
    const committed = await commitUnlocked(repo, place, request);
    await pushWork(repo, request.worktree, committed.commit);
    await forgetBringing(place);
    return committed;
  });
};

export const placeKey = (repo: RepositoryContext, of: { feature: string; name: string }): string =>
  `${repo.clone} ${of.feature} ${of.name}`;

/** As `commitAll` without pushing; the caller has the worktree for itself. */
export const commitUnlocked = async (
  repo: RepositoryContext,
  place: Place,
  { message, trailers = {} }: CommitRequest,
): Promise<Committed> => {
  await clearState(place);
  const parent = await tipOf(repo, place);
  const { tree, nested } = await stageAll(repo, place, parent);
  const before = await treeOf(repo, parent);
  let commit = parent;
  if (tree !== before) {
    const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${value.replace(/\s+/g, ' ')}`);
    const text = [message.trim() || 'Work', ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
    const args = ['commit-tree', tree, '-p', parent, '-F', '-'];
    commit = (await inWorktree(repo, place, args, { input: `${text}\n` })).stdout.trim();
  }
  await setHead(repo, place, commit);
  await shareIndex(place);
  return { commit, changed: tree !== before, nested };
};

/** Writes the worktree's present content as a tree, without committing it. */
export const stageAll = async (
  repo: RepositoryContext,
  place: Place,
  parent: string,
): Promise<{ tree: string; nested: string[] }> => {
  await resetIndex(repo, place, parent);
  const nested = await stageNested(repo, place, parent);
  const tree = (await inWorktree(repo, place, ['write-tree'])).stdout.trim();
  return { tree, nested };
};

/** HEAD, or the commit the worktree started from where an agent broke HEAD. */
export const tipOf = async (repo: RepositoryContext, place: Place): Promise<string> => {
  const head = await headCommit(repo, place);
  if (head !== undefined) return head;
  const start = (await readMark(place.admin))?.start;
  if (start !== undefined) return start;
  throw new BatonError('Repository', `Worktree ${place.path} has no commit: prepare it again`);
};

/** Where this process last put work refs: only the holder of an epoch moves its ref. By hub and ref. */
const pushed = new Map<string, string>();

/** For a feature that is cleaned away. */
export const forgetPushed = (repo: RepositoryContext, feature: string): void => {
  const prefix = `${repo.hub.url} ${featureWork(feature)}`;
  for (const key of pushed.keys()) if (key.startsWith(prefix)) pushed.delete(key);
};

/** Moves the packet's work ref on the hub; the former tip is kept where the new one doesn't contain it. */
export const pushWork = async (
  repo: RepositoryContext,
  worktree: WorktreeId,
  commit: string,
): Promise<void> => {
  const ref = workRef(worktree);
  const key = `${repo.hub.url} ${ref}`;
  const former = pushed.get(key) ?? (await hubRefs(repo, ref)).get(ref);
  if (former === commit) {
    pushed.set(key, commit);
    return;
  }
  if (former !== undefined && !(await isAncestor(repo, former, commit))) {
    await forceOnHub(repo, keptRef({ ...worktree, commit: former }), former);
  }
  await forceOnHub(repo, ref, commit);
  pushed.set(key, commit);
};
