import { BatonError } from '../../domain/failures.ts';
import { integrationBranch } from '../../domain/ids.ts';
import { type RepositoryContext, withHub } from '../context.ts';
import { hubName, outageAt } from '../outage.ts';
import { checkedCommit, ensureCommit, isAncestor } from '../store/objects.ts';
import { type CandidateId, candidateRef, headRef, publishedRef } from '../store/refs.ts';
import { refsOfOwnHub } from './own-hub.ts';
import { forceOnHub, PUSH_ATTEMPTS, pushToHub } from './push-to-hub.ts';
import type { RefUpdate } from './ref-update.ts';

/** All refs of the hub below `prefix`, or the one of that name: ref -> commit. */
export const hubRefs = async (repo: RepositoryContext, prefix: string): Promise<Map<string, string>> => {
  if (repo.hub.own) return refsOfOwnHub(repo, prefix);
  const refs = (await remoteRefs(repo, prefix)).split('\n').map((line) => line.split('\t'));
  return new Map(
    refs
      .filter(
        ([, ref]) => ref !== undefined && (prefix.endsWith('/') ? ref.startsWith(prefix) : ref === prefix),
      )
      .map(([commit = '', ref = '']) => [ref, commit]),
  );
};

const remoteRefs = async (repo: RepositoryContext, prefix: string): Promise<string> =>
  (
    await withHub(repo, {
      command: 'ls-remote',
      options: ['--refs'],
      rest: [prefix.endsWith('/') ? `${prefix}*` : prefix],
    })
  ).stdout;

/** Where `branch` is on the hub, or undefined where the hub has none of that name. */
export const branchAt = async (repo: RepositoryContext, branch: string): Promise<string | undefined> =>
  (await hubRefs(repo, headRef(branch))).get(headRef(branch));

export interface Moved {
  /** `was there`: the branch was at or beyond the commit already, and nothing was done. */
  readonly kind: 'moved' | 'was there';
  /** Where the branch is now. */
  readonly at: string;
}

/**
 * Makes `branch` on the hub at a commit.
 * @throws BatonError `BranchMoved` where it exists and doesn't contain that commit.
 */
export const createBranch = (
  repo: RepositoryContext,
  { branch, at }: { branch: string; at: string },
): Promise<Moved> => compareAndSwap(repo, branch, undefined, at);

/**
 * Moves `branch` on the hub from `old` to its descendant `new`, and only from there. May be repeated.
 * @throws BatonError `BranchMoved` where it is neither at `old` nor at or beyond `new`.
 */
export const moveBranch = async (
  repo: RepositoryContext,
  move: { branch: string; old: string; new: string },
): Promise<Moved> => {
  if (!(await isAncestor(repo, move.old, move.new))) {
    throw new BatonError(
      'BadInput',
      `${move.branch} can't move from ${move.old} to ${move.new}: the first is not in the history of the second`,
    );
  }
  return compareAndSwap(repo, move.branch, move.old, move.new);
};

const compareAndSwap = async (
  repo: RepositoryContext,
  branch: string,
  old: string | undefined,
  next: string,
): Promise<Moved> => {
  await ensureCommit(repo, next);
  for (let attempt = 1; attempt <= PUSH_ATTEMPTS; attempt += 1) {
    const at = await branchAt(repo, branch);
    // Nothing that comes after `old` is before it.
    const there = at !== undefined && (at === next || (at !== old && (await isAncestor(repo, next, at))));
    if (there) return { kind: 'was there', at };
    if (at !== old) throw movedError(repo, branch, at, old, next);
    if (await pushToHub(repo, [{ ref: headRef(branch), commit: next, old }]))
      return { kind: 'moved', at: next };
  }
  const at = await branchAt(repo, branch);
  // Refused as a lost race, and nobody raced: something else over there keeps it from being moved.
  if (at === old)
    throw outageAt(hubName(repo), new Error(`${branch} can't be moved, though nobody moved it`));
  throw movedError(repo, branch, at, old, next);
};

const movedError = (
  repo: RepositoryContext,
  branch: string,
  at: string | undefined,
  old: string | undefined,
  next: string,
): BatonError =>
  new BatonError(
    'BranchMoved',
    `Branch ${branch} on the hub ${repo.hub.url} is ${at === undefined ? 'not there' : `at ${at}`}, ` +
      `expected ${old === undefined ? 'not to be there' : `at ${old}`} to move it to ${next}. ` +
      'Somebody else moved it: put it back, or go on from where it is.',
  );

/** Keeps a packet's merged commit on the hub, where every home can fetch it. @returns the ref. */
export const pushCandidate = async (
  repo: RepositoryContext,
  candidate: CandidateId & { readonly commit: string },
): Promise<{ ref: string }> => {
  const ref = candidateRef(candidate);
  await forceOnHub(repo, ref, await ensureCommit(repo, candidate.commit));
  return { ref };
};

/**
 * Shows a packet's commit as its branch on the hub, and keeps its merged commit there by the same push. In the feature's own namespace (`baton/<feature>/…`) it
 * is moved by force; another branch only where it is absent, an ancestor, or where Baton itself left it.
 * @throws BatonError `BranchMoved` where that branch holds somebody else's commits.
 */
export const publishBranch = async (
  repo: RepositoryContext,
  {
    branch,
    commit,
    feature,
    candidate,
  }: {
    branch: string;
    commit: string;
    feature: string;
    candidate?: CandidateId & { readonly commit: string };
  },
): Promise<void> => {
  await ensureCommit(repo, checkedCommit(commit));
  const kept: RefUpdate[] =
    candidate === undefined
      ? []
      : [{ ref: candidateRef(candidate), commit: await ensureCommit(repo, candidate.commit), old: 'any' }];
  const ref = headRef(branch);
  const own = branch.startsWith(`baton/${feature}/`) && branch !== integrationBranch(feature);
  for (let attempt = 1; attempt <= PUSH_ATTEMPTS; attempt += 1) {
    const at = await branchAt(repo, branch);
    const mark = publishedRef(branch);
    const published = own ? undefined : (await hubRefs(repo, mark)).get(mark);
    const free = own || at === undefined || at === published || (await isAncestor(repo, at, commit));
    if (!free) throw foreignError(repo, branch, at);
    const updates: RefUpdate[] = [{ ref, commit, old: at }, ...kept];
    if (!own) updates.push({ ref: mark, commit, old: published });
    if (await pushToHub(repo, updates)) return;
  }
  throw foreignError(repo, branch, await branchAt(repo, branch));
};

const foreignError = (repo: RepositoryContext, branch: string, at: string | undefined): BatonError =>
  new BatonError(
    'BranchMoved',
    `Branch ${branch} on the hub ${repo.hub.url} is at ${at ?? '(gone)'}, which Baton didn't put there. ` +
      'Give the packet another branch, or remove that one.',
  );
