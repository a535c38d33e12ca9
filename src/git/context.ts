import type { HomePaths } from '../homes/paths.ts';
import type { CommitScreen } from './commit-screen.ts';
import { createKeyedMutex } from './mutex.ts';
import { type GitAnswer, runGit } from './run-git.ts';

/** What every operation on a repository needs to know; made by `openRepository`. */
export interface RepositoryContext {
  readonly home: HomePaths;
  /** Stable short name of the repository, see `repositoryKey`. */
  readonly key: string;
  /** The user's repository, normalised: folder or URL. Only fetched from, and pushed to when landing. */
  readonly origin: string;
  /** The bare clone in the home. */
  readonly clone: string;
  readonly hub: {
    /** Folder or URL. */
    readonly url: string;
    /** The default hub in the home, which Baton made; else the user's, reached with the user's settings. */
    readonly own: boolean;
  };
  /** What keeps secrets out of commits; undefined: nothing does. */
  readonly screen?: CommitScreen;
  /** Puts back the configuration that Baton wrote, where an agent changed it. */
  guard(): Promise<void>;
}

/** Worktree operations of one packet, one at a time. Worker-wide, as one process holds the home. */
export const worktreeMutex = createKeyedMutex();

interface CloneRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly allow?: readonly number[];
  /** With the user's own settings: to sign with the user's key. */
  readonly user?: boolean;
  /** Default: the clone. */
  readonly cwd?: string;
}

/** Named in full: a `commondir` file that an agent leaves must not lead git elsewhere. */
const cloneEnv = (repo: RepositoryContext) => ({ GIT_DIR: repo.clone, GIT_COMMON_DIR: repo.clone });

/** Runs git in the bare clone, without a worktree and with nothing but Baton's settings. */
export const inClone = async (
  repo: RepositoryContext,
  args: readonly string[],
  run: CloneRun = {},
): Promise<GitAnswer> => {
  await repo.guard();
  return runGit(args, {
    cwd: repo.clone,
    ownFolders: [repo.clone],
    ...run,
    env: { ...cloneEnv(repo), ...run.env },
  });
};

/** Speaks to the origin from the bare clone, with the user's own git settings. */
export const withOrigin = async (
  repo: RepositoryContext,
  args: readonly string[],
  allow: readonly number[] = [],
): Promise<GitAnswer> => {
  await repo.guard();
  return runGit(args, {
    cwd: repo.clone,
    env: cloneEnv(repo),
    ownFolders: [repo.clone],
    user: true,
    network: true,
    allow,
  });
};

/** The far side of a default hub reads the hub's own configuration: its hooks are switched off there too. */
const FAR_SIDE = 'git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c gc.auto=0';

/** `git <command> …options hub …rest` with the hub, the default one sealed like the clone. */
export const withHub = async (
  repo: RepositoryContext,
  command: 'fetch' | 'push' | 'ls-remote',
  options: readonly string[],
  rest: readonly string[],
  allow: readonly number[] = [],
): Promise<GitAnswer> => {
  await repo.guard();
  const far = repo.hub.own
    ? [
        command === 'push'
          ? `--receive-pack=${FAR_SIDE} receive-pack`
          : `--upload-pack=${FAR_SIDE} upload-pack`,
      ]
    : [];
  return runGit([command, ...far, ...options, '--', repo.hub.url, ...rest], {
    cwd: repo.clone,
    env: cloneEnv(repo),
    ownFolders: repo.hub.own ? [repo.clone, repo.hub.url] : [repo.clone],
    user: !repo.hub.own,
    network: true,
    allow,
  });
};
