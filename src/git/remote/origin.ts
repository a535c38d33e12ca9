import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorText } from '../../domain/error-text.ts';
import { branchProblem } from '../../domain/ids.ts';
import { withoutCredential } from '../credentials.ts';
import { GitError, hideCredentials } from '../git-error.ts';
import { gitProblem } from '../git-version.ts';
import { NoRepositoryThere } from '../outage.ts';
import { type GitAnswer, type GitRun, runGit } from '../run-git.ts';
import { withSealedView, withUserView } from '../sealed-view.ts';
import { gitText, repositoryAt, repositoryOf, userRepository } from '../user-repository.ts';

/** Whether `origin` is a folder of this machine, in contrast to a URL or `host:path`. */
export const isLocal = (origin: string): boolean => origin.startsWith('file://') || !/^[^/\\]+:/.test(origin);

/** One spelling for one repository: real absolute path, or URL without its password and `.git`. */
export const normaliseOrigin = (origin: string): string => {
  if (!isLocal(origin)) return withoutCredential(origin.replace(/\/+$/, '').replace(/\.git$/, ''));
  const folder = path.resolve(origin.startsWith('file://') ? fileURLToPath(origin) : origin);
  const bare = path.basename(folder) === '.git' ? path.dirname(folder) : folder;
  try {
    return realpathSync.native(bare);
  } catch {
    return bare;
  }
};

/** A short name for a repository, the same for each spelling of its origin; safe as file and id part. */
export const repositoryKey = (origin: string): string => {
  const normal = isLocal(origin) ? normaliseOrigin(origin) : hideCredentials(normaliseOrigin(origin));
  const slug = (normal.split(/[/\\:]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  const digest = createHash('sha256').update(normal).digest('hex').slice(0, 10);
  return slug === '' ? digest : `${slug}-${digest}`;
};

/** `git ls-remote` of an origin, or a hub: a folder is read by a view of it. */
export const lsRemote = async (origin: string, option: string, ...patterns: string[]): Promise<GitAnswer> => {
  const ask = (url: string, run: Partial<GitRun>) =>
    runGit(['ls-remote', option, '--', url, ...patterns], {
      cwd: path.parse(process.cwd()).root,
      network: true,
      ...run,
    });
  if (!isLocal(origin)) return ask(normaliseOrigin(origin), { user: true });
  const repo = await userRepository(normaliseOrigin(origin));
  return withUserView(repo, {}, (view) => ask(view, { shownAs: [[view, repo.folder]] }));
};

/** The branches that the origin has. */
export const branchesAt = async (origin: string): Promise<string[]> =>
  (await lsRemote(origin, '--heads')).stdout
    .split('\n')
    .map((line) => line.split('\trefs/heads/')[1])
    .filter((name) => name !== undefined);

/**
 * Why Baton can't work on branch `base` of `origin`, with what to do; or undefined. Changes nothing.
 */
export const originProblem = async (origin: string, base: string): Promise<string | undefined> => {
  if (origin === '' || origin.startsWith('-')) return `"${origin}" is not a repository's path or URL`;
  const badBranch = branchProblem(base);
  if (badBranch !== undefined) return badBranch;
  const git = await gitProblem();
  if (git !== undefined) return git;
  const where = hideCredentials(normaliseOrigin(origin));
  let heads: string[];
  try {
    const local = isLocal(origin) ? await localProblem(normaliseOrigin(origin)) : undefined;
    if (local !== undefined) return local;
    heads = await branchesAt(origin);
  } catch (error) {
    const said =
      error instanceof GitError ? error.stderr.trim().split('\n').slice(0, 3).join(' ') : errorText(error);
    return `git can't read the repository ${where}: ${hideCredentials(said)}`;
  }
  if (heads.length === 0)
    return `the repository ${where} has no commit yet: commit something to "${base}" first`;
  if (heads.includes(base)) return undefined;
  const others = heads.slice(0, 5).join(', ') + (heads.length > 5 ? ', …' : '');
  return `the repository ${where} has no branch "${base}"; it has ${others}: name one with --base`;
};

const localProblem = async (folder: string): Promise<string | undefined> => {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return `there is no folder ${folder}`;
  if (!stat.isDirectory()) return `${folder} is not a folder`;
  const repo = await repositoryAt(folder);
  if (repo === undefined)
    return (await repositoryOf(folder)) === undefined
      ? `${folder} is not a git repository: run git init and commit, or give another path`
      : `${folder} is inside a repository, not its top folder: give the top folder`;
  const cut = await gitText(path.join(repo.common, 'shallow'), MOST_SHALLOW);
  return cut
    ? `${folder} is a shallow clone, which can't be pushed from: run git fetch --unshallow there first`
    : undefined;
};

/** Where its history was cut: a line for each commit. */
const MOST_SHALLOW = 16 * 1024 * 1024;

/** The branch that the origin's HEAD names, or undefined where it names none. */
export const defaultBase = async (origin: string): Promise<string | undefined> =>
  /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec((await lsRemote(origin, '--symref', 'HEAD')).stdout)?.[1];

/**
 * Branches checked out in the origin or one of its worktrees, where that is a folder here: these can't be
 * pushed to without the user's files going out of step. Empty for a URL, where git itself refuses.
 */
export const checkedOutBranches = async (origin: string): Promise<string[]> => {
  if (!isLocal(origin)) return [];
  const repo = await repositoryAt(normaliseOrigin(origin));
  if (repo === undefined) throw new NoRepositoryThere();
  const list = ['worktree', 'list', '--porcelain', '-z'];
  const { stdout } = await withSealedView(repo, (view) => view.run(list), { head: 'of the checkout' });
  return [...stdout.matchAll(/(?:^|\0)branch refs\/heads\/([^\0]+)/g)].map((match) => match[1] ?? '');
};
