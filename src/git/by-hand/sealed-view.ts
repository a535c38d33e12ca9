import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTextIfThere } from '../../homes/atomic-file.ts';
import { type GitAnswer, runGit } from '../run-git.ts';

/** The user's repository, as far as its worktrees by hand need it. */
export interface UserRepository {
  /** The folder that was named: a checkout, or a bare repository. */
  readonly folder: string;
  /** Its `.git`, which all its worktrees share. */
  readonly common: string;
}

interface ViewRun {
  readonly worktree?: string;
  readonly index?: string;
  readonly allow?: readonly number[];
}

/** Git on the objects of the user's repository. */
export interface SealedView {
  /** Its own repository, which goes away with it. */
  readonly dir: string;
  run(args: readonly string[], run?: ViewRun): Promise<GitAnswer>;
}

/** The repository in this folder. @throws GitError where there is none. */
export const userRepository = async (folder: string): Promise<UserRepository> => {
  const { stdout } = await inUserRepository({ folder }, ['rev-parse', '--git-common-dir']);
  return { folder, common: path.resolve(folder, stdout.replace(/\n$/, '')) };
};

/**
 * Git in the user's repository itself, for refs and the list of worktrees only: its configuration is read, and
 * an agent at work in a worktree of it can write that. Whatever looks at files belongs into `withSealedView`.
 */
export const inUserRepository = (
  { folder }: Pick<UserRepository, 'folder'>,
  args: readonly string[],
  allow: readonly number[] = [],
): Promise<GitAnswer> => runGit(args, { cwd: folder, allow, env: NO_LAZY_FETCH });

/** A partial clone fetches what is missing by a command that its configuration names (git 2.45 and later). */
const NO_LAZY_FETCH = { GIT_NO_LAZY_FETCH: '1' };

/**
 * Runs `work` with git that knows the user's objects but none of the user's configuration: an empty repository
 * of Baton's, whose object folder is the user's. So no filter, hook or driver that an agent could have put into
 * `.git/config` is run when files are written or compared. Filters of the user's own (Git LFS) aren't either.
 */
export const withSealedView = async <T>(
  repo: UserRepository,
  work: (view: SealedView) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-view-'));
  try {
    const dir = path.join(folder, 'view.git');
    const format = (await inUserRepository(repo, ['rev-parse', '--show-object-format'])).stdout.trim();
    const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, dir];
    await runGit(init, { cwd: folder });
    // Patterns and nothing else, so these are the user's: without them every link would look like new work.
    const exclude = await readTextIfThere(path.join(repo.common, 'info', 'exclude'));
    await mkdir(path.join(dir, 'info'));
    await writeFile(path.join(dir, 'info', 'exclude'), exclude ?? '');
    return await work({
      dir,
      run: (args, { worktree, index, allow = [] } = {}) =>
        runGit(args, {
          cwd: worktree ?? dir,
          allow,
          env: {
            ...NO_LAZY_FETCH,
            GIT_DIR: dir,
            GIT_COMMON_DIR: dir,
            GIT_OBJECT_DIRECTORY: path.join(repo.common, 'objects'),
            ...(worktree !== undefined && { GIT_WORK_TREE: worktree }),
            ...(index !== undefined && { GIT_INDEX_FILE: index }),
          },
        }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
