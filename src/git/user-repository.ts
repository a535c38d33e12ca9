import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import { NotRegular, readIfThere } from '../files/regular-file.ts';

/** A repository on this machine that isn't Baton's: found by its files, since git would read its settings. */
export interface UserRepository {
  /** The folder that was named: a checkout, one of its worktrees, or a bare repository. */
  readonly folder: string;
  /** What is the folder's own: HEAD and index. */
  readonly own: string;
  /** Its `.git`, which all its worktrees share. */
  readonly common: string;
  /** Whether it is a repository without a checkout. */
  readonly bare: boolean;
}

/** A line of a file; longer ones name nothing. */
const MOST = 64 * 1024;

/** The text of one of git's small files; undefined if there is none. @throws BatonError where it is something else */
export const gitText = async (file: string, most = MOST): Promise<string | undefined> => {
  try {
    return (await readIfThere(file, { most, links: 'followed' }))?.toString('utf8');
  } catch (error) {
    if (!(error instanceof NotRegular)) throw error;
    throw new BatonError('Repository', `${file} can't be read: ${error.message}. Git keeps a text there`);
  }
};

/** The repository that is just this folder, as git would find it there; undefined if it is none. */
export const repositoryAt = async (folder: string): Promise<UserRepository | undefined> => {
  const dotGit = path.join(folder, '.git');
  const found = await stat(dotGit).catch(() => undefined);
  const own = found?.isDirectory() ? dotGit : found === undefined ? folder : await linkedTo(dotGit);
  if (own === undefined) return undefined;
  const shared = await gitText(path.join(own, 'commondir'));
  const common = shared === undefined ? own : path.resolve(own, shared.replace(/\n$/, ''));
  const complete = await Promise.all([
    isThere(path.join(own, 'HEAD')),
    isThere(path.join(common, 'objects')),
    isThere(path.join(common, 'refs')),
  ]);
  return complete.every(Boolean) ? { folder, own, common, bare: own === folder } : undefined;
};

const linkedTo = async (file: string): Promise<string | undefined> => {
  const named = /^gitdir: (.+?)\n?$/s.exec((await gitText(file)) ?? '')?.[1];
  return named === undefined ? undefined : path.resolve(path.dirname(file), named);
};

const isThere = (at: string): Promise<boolean> =>
  lstat(at).then(
    () => true,
    () => false,
  );

/** The repository of this folder, or of the nearest above it. */
export const repositoryOf = async (folder: string): Promise<UserRepository | undefined> => {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await repositoryAt(at);
    if (found !== undefined || path.dirname(at) === at) return found;
  }
};

/** The same, where it has to be there. @throws BatonError `Repository` */
export const userRepository = async (folder: string): Promise<UserRepository> => {
  const found = await repositoryOf(folder);
  if (found === undefined)
    throw new BatonError('Repository', `${folder} is not in a git repository: give the path of one`);
  return found;
};
