import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { branchProblem } from '../../domain/ids.ts';
import { withoutCredential } from '../credentials.ts';
import { GitError, hideCredentials } from '../git-error.ts';
import { gitProblem } from '../git-version.ts';
import { runGit } from '../run-git.ts';

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

const lsRemote = (origin: string, option: string, ...patterns: string[]) =>
  runGit(['ls-remote', option, '--', normaliseOrigin(origin), ...patterns], {
    cwd: path.parse(process.cwd()).root,
    user: true,
    network: true,
  });

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
  if (isLocal(origin)) {
    const local = await localProblem(normaliseOrigin(origin));
    if (local !== undefined) return local;
  }
  let heads: string[];
  try {
    heads = (await lsRemote(origin, '--heads')).stdout
      .split('\n')
      .map((line) => line.split('\trefs/heads/')[1])
      .filter((name) => name !== undefined);
  } catch (error) {
    const reason =
      error instanceof GitError
        ? hideCredentials(error.stderr).trim().split('\n').slice(0, 3).join(' ')
        : String(error);
    return `git can't read the repository ${where}: ${reason}`;
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
  const top = await runGit(
    ['rev-parse', '--is-bare-repository', '--is-shallow-repository', '--show-prefix'],
    {
      cwd: folder,
      allow: [128],
    },
  );
  if (top.exitCode !== 0)
    return `${folder} is not a git repository: run git init and commit, or give another path`;
  const [, shallow, prefix] = top.stdout.split('\n');
  if (prefix) return `${folder} is inside a repository, not its top folder: give the top folder`;
  return shallow === 'true'
    ? `${folder} is a shallow clone, which can't be pushed from: run git fetch --unshallow there first`
    : undefined;
};

/** The branch that the origin's HEAD names, or undefined where it names none. */
export const defaultBase = async (origin: string): Promise<string | undefined> =>
  /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec((await lsRemote(origin, '--symref', 'HEAD')).stdout)?.[1];

/**
 * Branches checked out in the origin or one of its worktrees, where that is a folder here: these can't be
 * pushed to without the user's files going out of step. Empty for a URL, where git itself refuses.
 */
export const checkedOutBranches = async (origin: string): Promise<string[]> => {
  if (!isLocal(origin)) return [];
  const { stdout } = await runGit(['worktree', 'list', '--porcelain', '-z'], {
    cwd: normaliseOrigin(origin),
  });
  return [...stdout.matchAll(/(?:^|\0)branch refs\/heads\/([^\0]+)/g)].map((match) => match[1] ?? '');
};
