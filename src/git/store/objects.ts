import { BatonError } from '../../domain/failures.ts';
import { inClone, type RepositoryContext, withHub } from '../context.ts';
import { isNotUtf8 } from '../names.ts';
import { splitNul } from '../run-git.ts';
import { recall, remembered } from './facts.ts';

/** Options of each fetch: only what was asked for, and nothing written but the refs named. */
export const FETCH_OPTIONS = [
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--refmap=',
] as const;

const NO_FILE = 'none';
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Refuses what isn't a whole object name, so that nothing else is ever taken for one. */
export const checkedCommit = (commit: string): string => {
  if (!COMMIT.test(commit))
    throw new BatonError('BadInput', `"${commit}" is not a commit's full object name`);
  return commit;
};

/** Names of facts that whoever makes a commit knows already. */
export const hasFact = (commit: string): string => `has ${commit}`;
export const treeFact = (commit: string): string => `tree of ${commit}`;
/** Separated by spaces. */
export const parentsFact = (commit: string): string => `parents of ${commit}`;
export const beforeFact = (ancestor: string, descendant: string): string =>
  `${ancestor} before ${descendant}`;

/** Whether the clone has `commit`. */
export const hasCommit = async (repo: RepositoryContext, commit: string): Promise<boolean> => {
  const there = await remembered(repo.clone, hasFact(commit), async () => {
    const args = ['cat-file', '-e', `${commit}^{commit}`];
    const { exitCode } = await inClone(repo, args, { allow: [1, 128] });
    return exitCode === 0 ? 'yes' : undefined;
  });
  return there === 'yes';
};

/**
 * Makes sure that the clone has `commit`, which another home may have pushed to the hub.
 * @throws BatonError `Repository` where the hub doesn't have it either.
 */
export const ensureCommit = async (repo: RepositoryContext, commit: string): Promise<string> => {
  if (await hasCommit(repo, checkedCommit(commit))) return commit;
  const options = FETCH_OPTIONS;
  const direct = await withHub(repo, { command: 'fetch', options, rest: [commit], allow: [1, 128] });
  if (direct.exitCode !== 0) {
    // Servers may refuse to give a commit by name: then what they have of Baton's is fetched.
    const rest = ['+refs/heads/*:refs/baton/hub/heads/*', '+refs/baton/*:refs/baton/hub/baton/*'];
    await withHub(repo, { command: 'fetch', options, rest });
  }
  if (await hasCommit(repo, commit)) return commit;
  throw new BatonError(
    'Repository',
    `Commit ${commit} is neither in this home nor on the hub ${repo.hub.url}. ` +
      'If the hub was replaced, put the old one back; nothing was changed.',
  );
};

/** Whether `ancestor` is in the history of `descendant` (a commit is its own ancestor). */
export const isAncestor = async (
  repo: RepositoryContext,
  ancestor: string,
  descendant: string,
): Promise<boolean> => {
  if (ancestor === descendant) return true;
  await ensureCommit(repo, ancestor);
  await ensureCommit(repo, descendant);
  const answer = await remembered(repo.clone, beforeFact(ancestor, descendant), async () => {
    const args = ['merge-base', '--is-ancestor', ancestor, descendant];
    const known = knownBefore(repo, ancestor, descendant);
    return known ?? ((await inClone(repo, args, { allow: [1] })).exitCode === 0 ? 'yes' : 'no');
  });
  return answer === 'yes';
};

/** What is remembered of the parents of commits that Baton made says it too. */
const knownBefore = (
  { clone }: RepositoryContext,
  ancestor: string,
  descendant: string,
): 'yes' | 'no' | undefined => {
  if (isRemembered(clone, ancestor, descendant)) return 'yes';
  // No two commits are each before the other.
  if (isRemembered(clone, descendant, ancestor)) return 'no';
  const parents = rememberedParents(clone, descendant);
  const none = parents?.every((parent) => recall(clone, beforeFact(ancestor, parent)) === 'no');
  return none ? 'no' : undefined;
};

/** The parents of a commit that Baton made; undefined if they aren't remembered. */
export const rememberedParents = (clone: string, commit: string): readonly string[] | undefined =>
  recall(clone, parentsFact(commit))?.split(' ');

/** A feature merges at most 300 packets, each of one commit or a few. */
const MOST_STEPS = 2000;

/** Whether the remembered parents lead from `descendant` to `ancestor`, two different commits. */
export const isRemembered = (clone: string, ancestor: string, descendant: string): boolean => {
  const seen = new Set([descendant]);
  // A set is gone through in the order of its entries, those that are added meanwhile too.
  for (const commit of seen) {
    if (seen.size > MOST_STEPS) return false;
    for (const parent of rememberedParents(clone, commit) ?? []) {
      if (parent === ancestor || recall(clone, beforeFact(ancestor, parent)) === 'yes') return true;
      seen.add(parent);
    }
  }
  return false;
};

/** The tree of a commit: two commits of one tree have the same files. */
export const tree = async (repo: RepositoryContext, commit: string): Promise<string> => {
  await ensureCommit(repo, commit);
  const found = await remembered(repo.clone, treeFact(commit), async () =>
    (await inClone(repo, ['rev-parse', `${commit}^{tree}`])).stdout.trim(),
  );
  return found as string;
};

/** The text of the regular file `path` at `commit`; undefined where there is none (or it is a link). */
export const readFileAt = async (
  repo: RepositoryContext,
  commit: string,
  path: string,
): Promise<string | undefined> => {
  await ensureCommit(repo, commit);
  const { clone } = repo;
  const object = await remembered(clone, `file ${path} at ${commit}`, async () => {
    // Arguments are UTF-8: such a name is looked for among all.
    const args = isNotUtf8(path) ? ['ls-tree', '-r', '-z', commit] : ['ls-tree', '-z', commit, '--', path];
    const { stdout } = await inClone(repo, args, { names: true });
    const line = splitNul(stdout).find((each) => each.endsWith(`\t${path}`));
    const [mode, , id] = line?.split('\t')[0]?.split(' ') ?? [];
    return mode?.startsWith('100') && id !== undefined ? id : NO_FILE;
  });
  if (object === undefined || object === NO_FILE) return undefined;
  return (await inClone(repo, ['cat-file', 'blob', object])).stdout;
};

/** All files at `commit`, sorted as git sorts them. */
export const listFilesAt = async (repo: RepositoryContext, commit: string): Promise<string[]> => {
  await ensureCommit(repo, commit);
  const args = ['ls-tree', '-r', '-z', '--name-only', commit];
  return splitNul((await inClone(repo, args, { names: true })).stdout);
};

export interface LogEntry {
  readonly commit: string;
  readonly author: string;
  /** Seconds since 1970, of the author. */
  readonly at: number;
  readonly message: string;
}

/** The commits in `to` that aren't in `from`, oldest first. */
export const log = async (repo: RepositoryContext, from: string, to: string): Promise<LogEntry[]> => {
  await ensureCommit(repo, from);
  await ensureCommit(repo, to);
  const format = '--format=%H%x1f%an%x1f%at%x1f%B%x1e';
  const { stdout } = await inClone(repo, ['log', '--reverse', '--topo-order', format, `${from}..${to}`]);
  return stdout
    .split('\x1e')
    .map((record) => record.trimStart().split('\x1f'))
    .filter((fields) => fields.length >= 4)
    .map(([commit = '', author = '', at = '0', ...message]) => ({
      commit,
      author,
      at: Number(at),
      message: message.join('\x1f').trim(),
    }));
};
