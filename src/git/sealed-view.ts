import { rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../processes/temporary.ts';
import { formatIn, type ObjectFormat } from './object-format.ts';
import { assertPlainRefs } from './plain-refs.ts';
import { type GitAnswer, runGit } from './run-git.ts';
import { safeConfig } from './safe-settings.ts';
import { gitText, type UserRepository } from './user-repository.ts';
import { type Viewed, viewEnv, withView } from './view.ts';

interface ViewRun {
  readonly worktree?: string;
  readonly index?: string;
  readonly input?: string;
  readonly allow?: readonly number[];
}

/** Git on the objects and refs of the user's repository. */
export interface SealedView {
  /** Its own repository, which goes away with it. */
  readonly dir: string;
  run(args: readonly string[], run?: ViewRun): Promise<GitAnswer>;
}

export interface HowToView {
  /** A folder that only Baton writes to. Default: the temporary one. */
  readonly below?: string;
  /** Whether its `HEAD` is that of the folder that was named, or of the repository's own checkout. */
  readonly head?: 'of the folder' | 'of the checkout';
  /** For a push: a bare repository's own hooks judge it, as they judge everybody's. */
  readonly hooks?: boolean;
}

/** Beside objects and refs: what is worked on in which worktree, where the history was cut, refs in their newer form. */
const SHOWN = ['worktrees', 'shallow', 'reftable'];

/**
 * Runs `work` on a view of the user's repository with what is said to git to reach it. None of the user's configuration is
 * read but the few settings that say what the data is (safe-settings.ts). So no filter, hook, driver or remote that an
 * agent could have put into `.git/config` is run; nor are filters of the user's own (Git LFS), and nothing that is
 * missing in a partial clone is fetched.
 */
export const withUserView = async <T>(
  repo: UserRepository,
  { below, head = 'of the folder', hooks = false }: HowToView,
  work: (view: string) => Promise<T>,
): Promise<T> => {
  await assertPlainRefs(repo);
  const viewed: Viewed = {
    of: repo.common,
    config: (await userConfig(repo)).text,
    head: (await gitText(path.join(head === 'of the folder' ? repo.own : repo.common, 'HEAD'))) ?? '',
    // Patterns and nothing else, so these are the user's: without them every link would look like new work.
    exclude: (await gitText(path.join(repo.common, 'info', 'exclude'), MOST_CONFIG)) ?? '',
    more: hooks && repo.bare ? [...SHOWN, 'hooks'] : SHOWN,
  };
  if (below !== undefined) return withView(below, viewed, work);
  const own = await temporaryFolder('view');
  try {
    return await withView(own, viewed, work);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};

const MOST_CONFIG = 1024 * 1024;

/** The `config` of a view of the user's repository, and the format of its objects. */
export const userConfig = async (
  repo: UserRepository,
): Promise<{ readonly text: string; readonly format: ObjectFormat }> => {
  const file = path.join(repo.common, 'config');
  const text = await safeConfig((await gitText(file, MOST_CONFIG)) ?? '', file, repo.bare);
  return { text, format: formatIn(text) };
};

/** Runs `work` with git on the user's repository, as `withUserView` shows it. */
export const withSealedView = <T>(
  repo: UserRepository,
  work: (view: SealedView) => Promise<T>,
  how: HowToView = {},
): Promise<T> =>
  withUserView(repo, how, (dir) =>
    work({
      dir,
      run: (args, { worktree, index, input, allow = [] } = {}) =>
        runGit(args, {
          cwd: worktree ?? dir,
          allow,
          ...(input !== undefined && { input }),
          env: {
            ...viewEnv(dir),
            ...(worktree !== undefined && { GIT_WORK_TREE: worktree }),
            ...(index !== undefined && { GIT_INDEX_FILE: index }),
          },
          shownAs: [[dir, repo.common]],
        }),
    }),
  );
