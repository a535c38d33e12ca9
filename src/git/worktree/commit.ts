import { oneLine, withoutUnseen } from '../../domain/visible.ts';
import type { Withheld } from '../commit-screen.ts';
import { type RepositoryContext, worktreeMutex } from '../context.ts';
import { hubRefs } from '../remote/hub.ts';
import { forceOnHub } from '../remote/push-to-hub.ts';
import { commitFacts, makeCommit, withTrailers, workBaseTrailer } from '../store/commit-object.ts';
import { isAncestor } from '../store/objects.ts';
import { featureWork, keptRef, workRef } from '../store/refs.ts';
import { captureWorktree } from './capture-worktree.ts';
import { excludedBy } from './excluded.ts';
import { NotTakenOver } from './not-taken-over.ts';
import {
  existingWorktree,
  isRealFolder,
  readMark,
  standsOn,
  tipOf,
  type WorktreeId,
  type WorktreeMark,
  type WorktreePaths,
  worktreePaths,
  writeMark,
} from './worktree-paths.ts';

export interface CommitRequest {
  readonly worktree: WorktreeId;
  readonly message: string;
  /** Added as `Key: value` lines, e.g. `{ 'Baton-Packet': 'api-users' }`. */
  readonly trailers?: Readonly<Record<string, string>>;
  /** What a person allowed of what was withheld, see `Withheld`. */
  readonly allowed?: readonly string[];
}

export interface Committed {
  /** The packet's tip, on the hub as its work ref. */
  readonly commit: string;
  /** The commit that its changes are counted from. */
  readonly standsOn: string;
  /** Whether there was anything to commit. */
  readonly changed: boolean;
  /** Repositories that the agent made inside the worktree; their files were committed, their history not. */
  readonly nested: readonly string[];
  /** Paths that can't be committed. */
  readonly unusable: readonly string[];
  /** Files that give a secret away: as the last commit had them. */
  readonly withheld: readonly Withheld[];
}

/**
 * Commits the content of the worktree, all that isn't ignored, and pushes it to the packet's work ref on the hub. What
 * the agent committed in its own repository counts for nothing: the commit is Baton's, on Baton's last one. A former
 * tip that the new one doesn't contain is kept under `refs/baton/kept/`.
 * May be repeated: then there is nothing to commit, and the same tip is pushed.
 */
export const commitAll = (repo: RepositoryContext, request: CommitRequest): Promise<Committed> => {
  const { feature, name } = request.worktree;
  return worktreeMutex(worktreeKey(repo, { feature, name }), async () => {
    const { mark, ...paths } = await existingWorktree(repo, request.worktree).catch(
      async (error: unknown) => {
        // Its agent took its files away, or put something else there.
        const tip = await workTip(repo, request.worktree);
        throw tip !== undefined && !(await isRealFolder(worktreePaths(repo, request.worktree).path))
          ? new NotTakenOver(error)
          : error;
      },
    );
    const { mark: next, ...committed } = await commitUnlocked(repo, paths, mark, request);
    await pushWork(repo, request.worktree, committed.commit);
    const { bringing: _, ...settled } = next;
    await writeMark(paths.admin, settled);
    return committed;
  });
};

/** Baton's last commit of a worktree's content, whether or not its files are still there. */
export const workTip = async (
  repo: RepositoryContext,
  worktree: WorktreeId,
): Promise<WorkTip | undefined> => {
  const mark = await readMark(worktreePaths(repo, worktree).admin);
  return mark?.epoch === worktree.epoch ? { commit: tipOf(mark), standsOn: standsOn(mark) } : undefined;
};

export type WorkTip = Pick<Committed, 'commit' | 'standsOn'>;

export const worktreeKey = (repo: RepositoryContext, of: { feature: string; name: string }): string =>
  `${repo.clone} ${of.feature} ${of.name}`;

/** As `commitAll`, not pushed yet and not noted; the caller has the worktree for itself. */
export const commitUnlocked = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  mark: WorktreeMark,
  { message, trailers = {}, allowed = [] }: Pick<CommitRequest, 'message' | 'trailers' | 'allowed'>,
): Promise<Committed & { readonly mark: WorktreeMark }> => {
  const parent = tipOf(mark);
  const base = standsOn(mark);
  const { tree: before } = await commitFacts(repo, parent);
  const { tree, nested, unusable, withheld } = await captureWorktree(
    repo,
    paths,
    before,
    excludedBy(mark.excluded ?? []),
    { allowed, wanted: mark.wanted },
  );
  // Of an agent's checkpoint: one line, so that it adds no trailer of its own.
  const subject = oneLine(withoutUnseen(message));
  const text = withTrailers(subject, { ...trailers, ...workBaseTrailer(mark.name, base) });
  const commit =
    tree === before ? parent : await makeCommit(repo, { tree, parents: [parent], message: text });
  return {
    commit,
    standsOn: base,
    changed: tree !== before,
    nested,
    unusable,
    withheld: [...withheld.values()],
    mark: { ...mark, tip: commit, standsOn: base },
  };
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
