import { lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { inClone, type RepositoryContext } from '../context.ts';
import { hideCredentials } from '../git-error.ts';
import { commitFacts } from '../store/commit-object.ts';
import { gitlinks, type Listing } from '../store/listing.ts';
import { hasCommit } from '../store/objects.ts';
import type { WorktreePaths } from '../worktree/worktree-paths.ts';
import { refreshModule } from './fetch-modules.ts';
import { belowModule, modulePaths } from './module-paths.ts';
import { moduleHead } from './module-repository.ts';
import { type ModuleSource, moduleRefs, moduleSources } from './sources.ts';

/** What a worktree's submodules are at. */
export interface MovedModules {
  /** Those that stand at another commit than the tree has, which is one of where they come from. */
  readonly moved: ReadonlyMap<string, string>;
  /** Those that hold what can't be committed, each with what it is and what to do. */
  readonly problems: readonly string[];
  /** Files in them that their commits don't have. */
  readonly added: readonly string[];
}

/** The files in a submodule's folder as they are now: those that differ from a tree, and those that it doesn't have. */
type Look = (
  module: WorktreePaths,
  tree: string,
  at: string,
) => Promise<{ readonly differ: readonly string[]; readonly added: readonly string[] }>;

/** Files named of a submodule; a longer list says no more. */
const NAMED = 5;

/**
 * Looks at the submodules of `listing` in a worktree; of what is in their folders, only files are read.
 *
 * @param prefix - the submodule that the worktree itself is; `''`: none
 */
export const movedModules = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  listing: Listing,
  prefix: string,
  look: Look,
): Promise<MovedModules> => {
  const moved = new Map<string, string>();
  const problems: string[] = [];
  const added: string[] = [];
  const links = gitlinks(listing);
  const sources = links.length === 0 ? {} : await moduleSources(repo);
  for (const [at, commit] of links) {
    const full = belowModule(prefix, at);
    const source = sources[full];
    // One that Baton doesn't fill, or that somebody took away.
    if (source === undefined || !(await isFilled(path.join(paths.path, at)))) continue;
    const module = modulePaths(paths, at);
    const head = (await moduleHead(module.path)) ?? commit;
    if (head !== commit && !(await isPublished(repo, full, source, head))) {
      problems.push(
        `${full} (a submodule at commit ${head.slice(0, 12)}, which no branch or tag of ${hideCredentials(source.url)} ` +
          'has: check out a commit there that it has; its own changes have to be made in its own repository)',
      );
      continue;
    }
    await mkdir(module.admin, { recursive: true });
    const found = await look(module, (await commitFacts(repo, head)).tree, at);
    added.push(...found.added.map((file) => `${at}/${file}`));
    if (found.differ.length > 0)
      problems.push(
        `${full} (a submodule with changes of its own in ${named(found.differ)}: a commit of this repository can't hold ` +
          'them. Put them back, or check out a commit of the submodule that has them)',
      );
    if (head !== commit) moved.set(at, head);
  }
  return { moved, problems, added };
};

/** In the repository that it comes from, where everybody else will look for it. */
const isPublished = async (
  repo: RepositoryContext,
  at: string,
  source: ModuleSource,
  commit: string,
): Promise<boolean> => {
  const isIn = async () => {
    if (!(await hasCommit(repo, commit))) return false;
    const args = ['for-each-ref', '--count=1', `--contains=${commit}`, moduleRefs(source)];
    return (await inClone(repo, args)).stdout !== '';
  };
  if (await isIn()) return true;
  // If it can't be asked, nobody can say so.
  await refreshModule(repo, at, source).catch(() => undefined);
  return isIn();
};

const isFilled = async (folder: string): Promise<boolean> => {
  const stat = await lstat(folder).catch(() => undefined);
  return stat?.isDirectory() === true && (await readdir(folder)).length > 0;
};

const named = (files: readonly string[]): string =>
  files.slice(0, NAMED).join(', ') + (files.length > NAMED ? ` and ${files.length - NAMED} more` : '');
