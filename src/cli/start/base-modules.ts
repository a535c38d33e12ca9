import path from 'node:path';
import type { Listed } from '../../config/root.ts';
import { firstLine } from '../../domain/error-text.ts';
import { GitError, hideCredentials } from '../../git/git-error.ts';
import { type DeclaredModule, declaredModules } from '../../git/modules/gitmodules.ts';
import { moduleUrl } from '../../git/modules/module-url.ts';
import { realOrigin } from '../../git/modules/real-origin.ts';
import { branchesAt } from '../../git/remote/origin.ts';
import { type GitAnswer, splitNul } from '../../git/run-git.ts';
import { withSealedView } from '../../git/sealed-view.ts';
import { GITLINK } from '../../git/store/listing.ts';
import { repositoryAt } from '../../git/user-repository.ts';

/** Git where the base commit's objects are. */
export type BaseGit = (
  args: readonly string[],
  run?: { readonly allow?: readonly number[] },
) => Promise<GitAnswer>;

/** A submodule of the base commit, with its commit there. */
export interface BaseModule extends DeclaredModule {
  readonly commit: string;
}

/** Servers asked at once. */
const ASKED_AT_ONCE = 8;
/** Exit code of git for an object that isn't there. */
export const GIT_FATAL = 128;

/** What a commit lists: the names of its files, and its submodules. */
export interface ListedBase {
  readonly names: readonly string[];
  /** All that it lists, with modes. */
  readonly listing: Listed;
  /** Those of submodules are not among them. */
  readonly modules: readonly BaseModule[];
}

/** The names and submodules of a commit. */
export const readListing = async (git: BaseGit, commit: string): Promise<ListedBase> => {
  const listed = splitNul((await git(['ls-tree', '-r', '-z', '--full-tree', commit])).stdout);
  const nameOf = (line: string) => line.slice(line.indexOf('\t') + 1);
  const names = listed.map(nameOf);
  const listing = new Map(listed.map((line) => [nameOf(line), { mode: line.slice(0, line.indexOf(' ')) }]));
  return { names, listing, modules: await modulesIn(git, commit, listed) };
};

const modulesIn = async (git: BaseGit, commit: string, listed: readonly string[]): Promise<BaseModule[]> => {
  const links = new Map(
    listed
      .filter((line) => line.startsWith(`${GITLINK} `))
      .map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2] ?? '']),
  );
  if (links.size === 0) return [];
  const { stdout } = await git(['show', `${commit}:.gitmodules`], { allow: [GIT_FATAL] });
  return (await declaredModules(stdout, 'the repository')).flatMap((module) => {
    const at = links.get(module.path);
    return at === undefined ? [] : [{ ...module, commit: at }];
  });
};

/** Why a feature couldn't have these submodules, by name and with what to do; or undefined. */
export const modulesProblem = async (
  origin: string,
  modules: readonly BaseModule[],
): Promise<string | undefined> => {
  const from = modules.length === 0 ? undefined : await realOrigin(origin);
  for (let at = 0; from !== undefined && at < modules.length; at += ASKED_AT_ONCE) {
    const some = modules.slice(at, at + ASKED_AT_ONCE);
    const problems = await Promise.all(some.map((module) => problemOf(from, module)));
    const first = problems.find((problem) => problem !== undefined);
    if (first !== undefined)
      return `${first}\nFor trees without what is in submodules, write submodules: none into baton.yaml`;
  }
  return undefined;
};

const problemOf = async (
  from: { readonly url: string; readonly modules: string | undefined },
  { name, path: at, url: said, commit }: BaseModule,
): Promise<string | undefined> => {
  const url = moduleUrl(from.url, said);
  if (url === undefined)
    return (
      `The submodule ${at} can't be fetched from "${hideCredentials(said)}": Baton takes http, https, ssh and git, and ` +
      'folders only where the repository itself comes from a folder. Correct its URL in .gitmodules.'
    );
  const local = from.modules === undefined ? undefined : await repositoryAt(path.join(from.modules, name));
  if (local !== undefined) {
    const args = ['cat-file', '-e', `${commit}^{commit}`];
    const { exitCode } = await withSealedView(local, ({ run }) => run(args, { allow: [1, GIT_FATAL] }));
    if (exitCode === 0) return undefined;
  }
  try {
    await branchesAt(url);
    return undefined;
  } catch (error) {
    const why = error instanceof GitError ? (error.stderr.trim().split('\n')[0] ?? '') : firstLine(error);
    return `The submodule ${at} can't be read at ${hideCredentials(url)}: ${hideCredentials(why)}`;
  }
};
