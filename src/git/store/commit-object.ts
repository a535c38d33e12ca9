import { createHash } from 'node:crypto';
import type { Identity } from '../../domain/commit-message.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import { COMMITTER } from '../hardening.ts';
import { noteFact, remembered } from './facts.ts';
import { ensureCommit, hasFact, parentsFact, treeFact } from './objects.ts';
import { throwSigningError } from './signing-error.ts';
import { signatureOf, writeCommit } from './write-commit.ts';

/** Whose commit it is. */
export interface Authorship {
  readonly author?: Identity;
  readonly committer?: Identity;
  /** Signs with the key that the worker's own git is set up with. */
  readonly sign?: boolean;
}

export interface CommitToMake extends Authorship {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Seconds since 1970; given where a repetition has to make the same commit. Default: now. */
  readonly at?: number;
}

/**
 * Makes a commit of a tree that the clone has. It is on no branch yet.
 * @throws BatonError `Repository` if it can't be signed.
 */
export const makeCommit = async (repo: RepositoryContext, asked: CommitToMake): Promise<string> => {
  const { screen } = repo;
  const made = { ...asked, message: screen === 'none' ? asked.message : screen.message(asked.message) };
  const at = made.at ?? Math.floor(Date.now() / 1000);
  const commit = made.sign
    ? await commitTree(repo, made, at)
    : // Whoever asks for the same commit gets the same.
      await remembered(repo.clone, `commit ${digestOf({ ...made, at })}`, () => commitTree(repo, made, at));
  const { tree, parents, message } = made;
  // The last one counts, as it does for git: what stands before is anybody's text.
  const worked = [...message.matchAll(new RegExp(`^${WORK_BASE}: (.*)$`, 'gm'))].at(-1)?.[1] ?? '';
  noteFact(repo.clone, factsOf(commit as string), [tree, parents.join(' '), at, worked].join('\n'));
  noteFact(repo.clone, hasFact(commit as string), 'yes');
  noteFact(repo.clone, treeFact(commit as string), tree);
  if (parents.length > 0) noteFact(repo.clone, parentsFact(commit as string), parents.join(' '));
  return commit as string;
};

const digestOf = (made: unknown): string =>
  createHash('sha256').update(JSON.stringify(made)).digest('base64');

const factsOf = (commit: string): string => `facts of ${commit}`;

const commitTree = async (repo: RepositoryContext, made: CommitToMake, at: number): Promise<string> => {
  const { tree, parents, author = COMMITTER, committer = author, sign = false } = made;
  // Git takes no NUL, which may come from an agent's words.
  const message = made.message.replaceAll('\0', ' ').trim() || 'Work';
  const [by, committedBy] = [signatureOf(author), signatureOf(committer)];
  // What git would complain of, it shall complain of itself.
  if (!sign && by !== undefined && committedBy !== undefined)
    return writeCommit(repo, { tree, parents, author: by, committer: committedBy, at, message });
  const args = ['commit-tree', ...(sign ? ['-S'] : []), tree, ...parents.flatMap((parent) => ['-p', parent])];
  const date = `${at} +0000`;
  const run = inClone(repo, [...args, '-F', '-'], {
    input: `${message}\n`,
    // The key is the user's, and so is what is said of it.
    user: sign,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
  });
  return (await (sign ? run.catch(throwSigningError) : run)).stdout.trim();
};

/** `Key: value` lines at the end of a message. */
export const withTrailers = (message: string, trailers: Readonly<Record<string, string>>): string => {
  const lines = Object.entries(trailers).map(([key, value]) => `${key}: ${value.replace(/\s+/g, ' ')}`);
  return [message.trim() || 'Work', ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
};

/** Names the commit that a packet's work is counted from, and the packet; in commits of work only, never in what lands. */
const WORK_BASE = 'Baton-Base';

/** The trailer of a commit of work. */
export const workBaseTrailer = (name: string, base: string): Record<string, string> => ({
  [WORK_BASE]: `${base} ${name}`,
});

export interface CommitFacts {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Seconds since 1970. */
  readonly at: number;
  /** Of a commit of work: the commit that it is counted from, and whose work it is. */
  readonly workBase: { readonly commit: string; readonly name: string } | undefined;
}

/** What there is to know about a commit; asked once. */
export const commitFacts = async (repo: RepositoryContext, commit: string): Promise<CommitFacts> => {
  await ensureCommit(repo, commit);
  const format = `--format=%T%n%P%n%at%n%(trailers:key=${WORK_BASE},valueonly)`;
  const found = await remembered(repo.clone, factsOf(commit), async () =>
    (await inClone(repo, ['log', '-1', '--no-show-signature', format, commit])).stdout.trimEnd(),
  );
  const [tree = '', parents = '', at = '0', worked = ''] = (found ?? '').split('\n');
  const [, base = '', name = ''] = /^([0-9a-f]{40,64}) (\S+)$/.exec(worked.trim()) ?? [];
  return {
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    at: Number(at),
    workBase: base === '' ? undefined : { commit: base, name },
  };
};

/** What the work of `name` in `commit` is counted from; undefined if it is no commit of that work. */
export const workBase = async (
  repo: RepositoryContext,
  commit: string,
  name: string,
): Promise<string | undefined> => {
  const { workBase: found } = await commitFacts(repo, commit);
  return found?.name === name ? found.commit : undefined;
};
