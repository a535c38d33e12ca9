import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { andAbove } from '../domain/root.ts';
import { readIfRegular } from '../files/regular-file.ts';
import { temporaryFolder } from '../processes/temporary.ts';
import { runGit, splitNul } from './run-git.ts';
import { withSealedView } from './sealed-view.ts';
import type { UserRepository } from './user-repository.ts';

/** Git takes no pathspec for literal here, so each begins with what none of its magic words does. */
const HERE = './';
const CHECK_IGNORE = ['--no-literal-pathspecs', 'check-ignore', '--no-index', '--stdin', '-z'];
const asked = (paths: readonly string[]): string => paths.map((each) => `${HERE}${each}\0`).join('');
/** Exit code: none of them is ignored. */
const NONE = 1;

/**
 * Those of some paths that the patterns of a checkout ignore, whether or not they are there; a folder ends in `/`. They are
 * named from the repository's top. `user`: the patterns that the person's own git adds count too, as in `git add`.
 */
export async function ignoredByPatterns(
  repo: UserRepository,
  paths: readonly string[],
  { user = false }: { readonly user?: boolean } = {},
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const more = user ? ['-c', `core.excludesFile=${await usersPatterns()}`] : [];
  // Git refuses a path behind a link, and a checkout may have a link where a clean tree has a folder: so it is asked in a
  // folder with nothing but the patterns.
  const patterns = await temporaryFolder('patterns');
  try {
    for (const folder of new Set(paths.flatMap((each) => andAbove(path.posix.dirname(each)))))
      await copyPatterns(repo.folder, patterns, folder === '.' ? '' : folder);
    const { stdout } = await withSealedView(repo, (view) =>
      view.run([...more, ...CHECK_IGNORE], { worktree: patterns, input: asked(paths), allow: [NONE] }),
    );
    return new Set(splitNul(stdout).map((each) => each.slice(HERE.length)));
  } finally {
    await rm(patterns, { recursive: true, force: true });
  }
}

/** The file that git reads there, whether it is there or not. */
const usersPatterns = async (): Promise<string> => {
  const get = ['config', '--type=path', '--get', 'core.excludesFile'];
  const { stdout, exitCode } = await runGit(get, {
    cwd: path.parse(process.cwd()).root,
    user: true,
    allow: [1],
  });
  if (exitCode === 0) return stdout.trim();
  const { XDG_CONFIG_HOME, HOME = homedir() } = process.env;
  return path.join(XDG_CONFIG_HOME || path.join(HOME, '.config'), 'git', 'ignore');
};

const copyPatterns = async (checkout: string, to: string, folder: string): Promise<void> => {
  const text = await readIfRegular(path.join(checkout, folder, '.gitignore'));
  if (text === undefined) return;
  await mkdir(path.join(to, folder), { recursive: true });
  await writeFile(path.join(to, folder, '.gitignore'), text);
};
