import { rmSync } from 'node:fs';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import type { GitContent } from '../domain/git-content.ts';
import type { HomePaths } from '../homes/paths.ts';
import type { CommitScreen } from './commit-screen.ts';
import type { ConfineFilters } from './content/filter-sandbox.ts';
import { withoutCredential } from './credentials.ts';
import { GitError, isOfTheMachine } from './git-error.ts';
import { cloneConfig, hubConfig } from './hardening.ts';
import { createKeyedMutex } from './mutex.ts';
import { formatNames, type ObjectFormat } from './object-format.ts';
import { hubName, NoRepositoryThere, originName, outageAt } from './outage.ts';
import { hubOfOtherFormat, originOfOtherFormat } from './remote/format-at.ts';
import { isLocal, normaliseOrigin } from './remote/origin.ts';
import { type GitAnswer, type GitRun, runGit } from './run-git.ts';
import { type HowToView, withUserView } from './sealed-view.ts';
import { repositoryAt } from './user-repository.ts';
import { type Viewed, viewEnv, withView } from './view.ts';

/** What every operation on a repository needs to know; made by `openRepository`. */
export interface RepositoryContext {
  readonly home: HomePaths;
  /** Stable short name of the repository, see `repositoryKey`. */
  readonly key: string;
  /** The user's repository, normalised: folder or URL. Only fetched from, and pushed to when landing. */
  readonly origin: string;
  /** How the origin names its objects, and so clone, hub and all worktrees do. */
  readonly format: ObjectFormat;
  /** The bare clone in the home. Git is run on views of it only. */
  readonly clone: string;
  readonly hub: {
    /** Folder or URL. */
    readonly url: string;
    /** The default hub in the home, which Baton made; else the user's, reached with the user's settings. */
    readonly own: boolean;
  };
  /** What keeps secrets out of commits; `none`: nothing does. */
  readonly screen: CommitScreen | 'none';
  /** How files are converted between blobs and folders; undefined: as `.gitattributes` say, without filters. */
  readonly content?: GitContent;
  /** Undefined: filters run in no sandbox. */
  readonly confineFilters?: ConfineFilters;
}

/** Worktree operations of one packet, one at a time. Worker-wide, as one process holds the home. */
export const worktreeMutex = createKeyedMutex();

interface CloneRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly allow?: readonly number[];
  /** It answers with names of files. */
  readonly names?: boolean;
  /** With the user's own settings: to sign with the user's key. */
  readonly user?: boolean;
  readonly network?: boolean;
  /** Default: a folder that holds nothing of anybody's. */
  readonly cwd?: string;
}

/** Runs `work` with what is said to git to run it on the clone, with nothing but Baton's settings. */
const onClone = async <T>(
  repo: RepositoryContext,
  work: (run: GitRun & { readonly shownAs: readonly (readonly [string, string])[] }) => Promise<T>,
): Promise<T> => {
  // Objects of somewhere else could be gone tomorrow.
  rmSync(path.join(repo.clone, 'objects/info/alternates'), { recursive: true, force: true });
  return withView(repo.home.views, { of: repo.clone, config: cloneConfig(repo.format) }, (view) =>
    work(throughView(view, repo.clone)),
  );
};

/** What is said to git to run it on a view of a folder of Baton's own. */
const throughView = (view: string, of: string) => ({
  cwd: view,
  env: viewEnv(view),
  ownFolders: [of],
  shownAs: [[view, of]] as const,
});

/** Runs git on the bare clone, without a worktree. */
export const inClone = (
  repo: RepositoryContext,
  args: readonly string[],
  run: CloneRun = {},
): Promise<GitAnswer> =>
  onClone(repo, (clone) => runGit(args, { ...clone, ...run, env: { ...clone.env, ...run.env } }));

/** What the clone speaks with: a command of git, its options, and what comes after the name of the other side. */
interface Transfer {
  readonly command: 'fetch' | 'push' | 'ls-remote';
  readonly options?: readonly string[];
  readonly rest?: readonly string[];
  readonly allow?: readonly number[];
}

interface OtherSide {
  readonly reach: Reach;
  /** For people. */
  readonly where: string;
  readonly user: boolean;
  readonly ownFolders: string[];
  /** What to say if its objects are named otherwise than the clone's. */
  readonly otherFormat: string;
}

const OTHER_FORMAT = /mismatched algorithms|does not support (?:this|the) repository's hash algorithm/;

/** `git <command> …options <other side> …rest`, where the other side is what `reach` says. */
const transfer = (
  repo: RepositoryContext,
  { command, options = [], rest = [], allow = [] }: Transfer,
  { reach, where, user, ownFolders, otherFormat }: OtherSide,
): Promise<GitAnswer> =>
  onClone(repo, (clone) =>
    reach((url, shownAs) =>
      runGit([command, ...options, '--', url, ...rest], {
        ...clone,
        ownFolders,
        shownAs: [...clone.shownAs, ...shownAs],
        user,
        network: true,
        allow,
      }),
    ).catch((error: unknown) => {
      if (error instanceof GitError && OTHER_FORMAT.test(error.stderr))
        throw new BatonError('Repository', otherFormat);
      // What is fetched is written here, so a full disk is this machine's.
      throw command !== 'push' && isOfTheMachine(error) ? error : outageAt(where, error);
    }),
  );

type Reach = <T>(
  work: (url: string, shownAs: readonly (readonly [string, string])[]) => Promise<T>,
) => Promise<T>;

/** The other side: a view of a repository on this machine, or a URL as it is. */
const reachUsers =
  (url: string, how: HowToView): Reach =>
  async (work) => {
    if (!isLocal(url)) return work(url, []);
    const there = await repositoryAt(url);
    if (there === undefined) throw new NoRepositoryThere();
    return withUserView(there, how, (view) => work(view, [[view, url]]));
  };

/** Speaks to the origin from the clone, with the user's own git settings. */
export const withOrigin = (repo: RepositoryContext, wanted: Transfer): Promise<GitAnswer> =>
  transfer(repo, wanted, {
    reach: reachUsers(repo.origin, { below: repo.home.views, hooks: wanted.command === 'push' }),
    where: originName(repo),
    user: true,
    ownFolders: [repo.clone],
    otherFormat: originOfOtherFormat(repo),
  });

/** Speaks to the repository of a submodule from the clone: as to the origin, with the user's own git settings. */
export const withModule = async (
  repo: RepositoryContext,
  { url, where }: { readonly url: string; readonly where: string },
  wanted: Transfer,
): Promise<GitAnswer> => {
  const there = isLocal(url) ? normaliseOrigin(url) : withoutCredential(url);
  // As git itself looks for it.
  const bare = isLocal(url) && (await repositoryAt(there)) === undefined ? `${there}.git` : there;
  return transfer(repo, wanted, {
    reach: reachUsers(bare, { below: repo.home.views }),
    where,
    user: true,
    ownFolders: [repo.clone],
    otherFormat:
      `${where} doesn't name its objects by ${formatNames[repo.format]} as the repository does, and git takes no such ` +
      'submodule',
  });
};

/** Speaks to the hub from the clone; to the default one with nothing but Baton's settings on either side. */
export const withHub = (repo: RepositoryContext, wanted: Transfer): Promise<GitAnswer> => {
  const { url, own } = repo.hub;
  if (!own)
    return transfer(repo, wanted, {
      reach: reachUsers(url, { below: repo.home.views, hooks: wanted.command === 'push' }),
      where: hubName(repo),
      user: true,
      ownFolders: [repo.clone],
      otherFormat: hubOfOtherFormat(url, repo.format),
    });
  return transfer(repo, wanted, {
    reach: (work) => withView(repo.home.views, ownHub(repo), (view) => work(view, [[view, url]])),
    where: hubName(repo),
    user: false,
    ownFolders: [repo.clone, url],
    otherFormat: hubOfOtherFormat(url, repo.format),
  });
};

/** Runs git on the default hub, with nothing but Baton's settings. */
export const inOwnHub = (
  repo: RepositoryContext,
  args: readonly string[],
  run: Pick<CloneRun, 'input' | 'allow'>,
): Promise<GitAnswer> =>
  withView(repo.home.views, ownHub(repo), (view) =>
    runGit(args, { ...throughView(view, repo.hub.url), ...run }),
  );

const ownHub = ({ hub, format }: RepositoryContext): Viewed => ({ of: hub.url, config: hubConfig(format) });
