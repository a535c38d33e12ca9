import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import { landedBranch } from '../../domain/ids.ts';
import { withProcessLock } from '../../homes/process-lock.ts';
import { fetchLfs, pushLfs } from '../content/lfs.ts';
import { type RepositoryContext, withOrigin } from '../context.ts';
import { hideCredentials } from '../git-error.ts';
import { createKeyedMutex } from '../mutex.ts';
import { originName, outageAt } from '../outage.ts';
import { ensureCommit, FETCH_OPTIONS, isAncestor } from '../store/objects.ts';
import { readRefs } from '../store/read-refs.ts';
import { headRef, keptRef, originRef, TAGS } from '../store/refs.ts';
import { forgetFetchedRefs } from '../worktree/own-repository.ts';
import { isLostRace, notPushed } from './not-pushed.ts';
import { checkedOutBranches } from './origin.ts';
import { forceOnHub } from './push-to-hub.ts';
import { incompleteProblem } from './whole.ts';

export interface LandedBranch {
  /** `was there`: the branch contained the commit already. */
  readonly kind: 'landed' | 'was there';
  readonly branch: string;
  /** Where the branch is now. */
  readonly commit: string;
}

/**
 * Fetches the branches and tags of the origin, as `git clone` does, for the repositories that agents work in.
 * @returns the commit of branch `base`.
 * @throws BatonError `Repository` where the origin has no such branch.
 */
export const resolveBase = async (repo: RepositoryContext, base: string): Promise<string> => {
  // Two fetches into the same refs at once, of this process or another, would lock each other out.
  const lock = path.join(repo.home.repos, `${repo.key}.fetch.lock`);
  await fetchMutex(repo.clone, () => withProcessLock(lock, () => fetchOrigin(repo))).catch(
    async (error: unknown) => {
      // What it lacks it will lack at the next try.
      const problem = await incompleteProblem(repo.origin).catch(() => undefined);
      throw problem === undefined ? error : new BatonError('Repository', problem);
    },
  );
  forgetFetchedRefs(repo.clone);
  const commit = (await readRefs(repo.clone, originRef(base))).get(originRef(base));
  if (commit !== undefined) return fetchLfs(repo, await ensureCommit(repo, commit));
  throw new BatonError(
    'Repository',
    `The repository ${hideCredentials(repo.origin)} has no branch "${base}": create it, or name another base`,
  );
};

const fetchMutex = createKeyedMutex();

const fetchOrigin = async (repo: RepositoryContext): Promise<void> => {
  const specs = [`+refs/heads/*:${originRef('*')}`, `+refs/tags/*:${TAGS}*`];
  const options = [...FETCH_OPTIONS, '--quiet', '--prune'];
  await withOrigin(repo, { command: 'fetch', options, rest: specs });
};

/** Where a branch of the origin is now, fetched; undefined where there is none. */
const originBranch = async (repo: RepositoryContext, branch: string): Promise<string | undefined> => {
  const { stdout } = await withOrigin(repo, {
    command: 'ls-remote',
    options: ['--heads'],
    rest: [headRef(branch)],
  });
  const lines = stdout.split('\n').map((line) => line.split('\t'));
  const commit = lines.find(([, ref]) => ref === headRef(branch))?.[0];
  if (commit === undefined) return undefined;
  const spec = `+${headRef(branch)}:${originRef(branch)}`;
  await withOrigin(repo, { command: 'fetch', options: FETCH_OPTIONS, rest: [spec] });
  return ensureFetched(repo, commit);
};

/** The branch may have moved between looking and fetching: then what was seen is fetched with it. */
const ensureFetched = (repo: RepositoryContext, commit: string): Promise<string> =>
  ensureCommit(repo, commit);

/**
 * Pushes `commit` to the origin as `branch`, new or as a fast-forward. May be repeated.
 * @throws BatonError `BranchMoved` where that branch has other commits, `Repository` where it is checked out
 * at the origin or the origin refuses.
 */
export const landBranch = async (
  repo: RepositoryContext,
  { branch, commit }: { branch: string; commit: string },
): Promise<LandedBranch> => {
  await ensureCommit(repo, commit);
  const at = await originBranch(repo, branch);
  if (at !== undefined && (await isAncestor(repo, commit, at)))
    return { kind: 'was there', branch, commit: at };
  if (at !== undefined && !(await isAncestor(repo, at, commit))) throw moved(repo, branch, at, commit);
  const result = await push(repo, branch, at, commit);
  if (result === 'landed') return { kind: 'landed', branch, commit };
  if (result === 'lost') throw moved(repo, branch, await originBranch(repo, branch), commit);
  throw new BatonError(
    'Repository',
    `Branch ${branch} is checked out at ${hideCredentials(repo.origin)}, and Baton leaves checkouts alone: ` +
      'switch to another branch there, and try again',
  );
};

/**
 * Takes a landed branch away from the origin again, if it is still where it landed; its commit is kept on the hub under
 * `refs/baton/kept/`. May be repeated. Left alone: a branch that somebody moved, or has checked out there.
 */
export const takeBackBranch = async (
  repo: RepositoryContext,
  { feature, branch, commit }: { feature: string; branch: string; commit: string },
): Promise<'taken back' | 'left'> => {
  if ((await originBranch(repo, branch)) !== commit) return 'left';
  if ((await checkedOutBranches(repo.origin)).includes(branch)) return 'left';
  await forceOnHub(repo, keptRef({ feature, name: 'landed', commit }), commit);
  const ref = headRef(branch);
  const answer = await withOrigin(repo, {
    command: 'push',
    options: ['--porcelain', `--force-with-lease=${ref}:${commit}`],
    rest: [`:${ref}`],
    allow: [1],
  });
  return answer.exitCode === 0 ? 'taken back' : 'left';
};

export type LandedIntoBase =
  | LandedBranch
  /** The base is checked out at the origin, so the commit was left as another branch. */
  | (Omit<LandedBranch, 'kind'> & { readonly kind: 'branch'; readonly reason: string });

/**
 * Moves the origin's base branch from `expectedOld` to `commit`. Where the base is checked out, at the
 * origin or a worktree of it, pushes `feature/<feature>` instead and says so. May be repeated.
 * @throws BatonError `BranchMoved` where the base is neither at `expectedOld` nor contains `commit`.
 */
export const landIntoBase = async (
  repo: RepositoryContext,
  landing: { base: string; expectedOld: string; commit: string; feature: string },
): Promise<LandedIntoBase> => {
  const { base, expectedOld, commit, feature } = landing;
  await ensureCommit(repo, commit);
  const at = await originBranch(repo, base);
  if (at !== undefined && (await isAncestor(repo, commit, at)))
    return { kind: 'was there', branch: base, commit: at };
  if (at !== expectedOld || !(await isAncestor(repo, at, commit))) throw moved(repo, base, at, commit);
  const result = await push(repo, base, at, commit);
  if (result === 'landed') return { kind: 'landed', branch: base, commit };
  if (result === 'lost') throw moved(repo, base, await originBranch(repo, base), commit);
  const { branch } = await landBranch(repo, { branch: landedBranch(feature), commit });
  const reason = `${base} is checked out at ${hideCredentials(repo.origin)}: merge ${branch} there yourself`;
  return { kind: 'branch', branch, commit, reason };
};

const push = async (
  repo: RepositoryContext,
  branch: string,
  old: string | undefined,
  commit: string,
): Promise<'landed' | 'lost' | 'checked out'> => {
  // Asked before, since the user's own setting could let git update the checkout.
  const checkedOut = await checkedOutBranches(repo.origin).catch((error: unknown) => {
    throw outageAt(originName(repo), error);
  });
  if (checkedOut.includes(branch)) return 'checked out';
  await pushLfs(repo, commit);
  const ref = headRef(branch);
  const lease = `--force-with-lease=${ref}:${old ?? ''}`;
  const answer = await withOrigin(repo, {
    command: 'push',
    options: ['--porcelain', lease],
    rest: [`${commit}:${ref}`],
    allow: [1],
  });
  if (answer.exitCode === 0) return 'landed';
  const output = `${answer.stdout}\n${answer.stderr}`;
  if (/branch is currently checked out/.test(output)) return 'checked out';
  if (isLostRace(output)) return 'lost';
  throw notPushed({ where: originName(repo), what: branch, said: output });
};

const moved = (repo: RepositoryContext, branch: string, at: string | undefined, commit: string): BatonError =>
  new BatonError(
    'BranchMoved',
    `Branch ${branch} at ${hideCredentials(repo.origin)} is ${at === undefined ? 'not there' : `at ${at}`}, ` +
      `from where it can't be moved to ${commit}: merge it into the work, or move it out of the way`,
  );
