import path from 'node:path';
import { inClone, type RepositoryContext } from '../context.ts';
import { commitFacts } from './commit-object.ts';
import { listTree } from './listing.ts';

const LINK = '120000';

/**
 * Those of `files` that are symbolic links in `commit` which lead out of the repository: absolute ones, and relative
 * ones that climb above the top. On another machine they lead elsewhere or nowhere, so what is judged by them here is
 * not what lands.
 */
export const linksOut = async (
  repo: RepositoryContext,
  commit: string,
  files: readonly string[],
): Promise<string[]> => {
  const listing = await listTree(repo, (await commitFacts(repo, commit)).tree);
  const found: string[] = [];
  for (const file of files) {
    const listed = listing.get(file);
    if (listed?.mode !== LINK) continue;
    const target = (await inClone(repo, ['cat-file', 'blob', listed.id])).stdout;
    if (leadsOut(file, target)) found.push(file);
  }
  return found;
};

/** Whether a link at `file`, relative to the top, leads out of it. */
export const leadsOut = (file: string, target: string): boolean => {
  if (path.posix.isAbsolute(target)) return true;
  // What `name/..` means depends on where `name` leads, if that is a link itself.
  if (/(?:^|\/)(?!\.\.?(?:\/|$))[^/]+\/(?:\.\/)*\.\.(?:\/|$)/.test(target)) return true;
  const at = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
  return at === '..' || at.startsWith('../');
};
