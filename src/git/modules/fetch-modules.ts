import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import { inClone, type RepositoryContext, withModule } from '../context.ts';
import { hideCredentials } from '../git-error.ts';
import { formatOf } from '../object-format.ts';
import { outageAt } from '../outage.ts';
import { gitlinks, listTree } from '../store/listing.ts';
import { FETCH_OPTIONS, hasCommit, tree } from '../store/objects.ts';
import { repositoryAt } from '../user-repository.ts';
import { declaredModules } from './gitmodules.ts';
import { moduleUrl } from './module-url.ts';
import { type RealOrigin, realOrigin } from './real-origin.ts';
import { type ModuleSource, moduleRefs, noteSources } from './sources.ts';

/** Git's own modules lie beside each other; deeper nesting is a loop. */
const MOST_DEPTH = 10;

/**
 * Has the clone hold all submodules of a base commit, nested ones too, and notes where they come from. A commit that is
 * in no `.gitmodules` is left alone, as git leaves it. May be repeated.
 * @throws BatonError `Repository` for a submodule that can't be taken, `Outage` for one that can't be reached now
 */
export const fetchModules = async (repo: RepositoryContext, base: string): Promise<void> => {
  const key = `${repo.clone} ${base}`;
  if (fetched.has(key)) return;
  if (gitlinks(await listTree(repo, await tree(repo, base))).length === 0) return;
  const found: Record<string, ModuleSource> = {};
  await fetchBelow(repo, base, await realOrigin(repo.origin), { prefix: '', depth: 0, found });
  await noteSources(repo, found);
  fetched.add(key);
};

/** By clone and commit. For as long as this process lives: the next one may find newer branches. */
const fetched = new Set<string>();

interface Below {
  readonly prefix: string;
  readonly depth: number;
  readonly found: Record<string, ModuleSource>;
}

const fetchBelow = async (
  repo: RepositoryContext,
  commit: string,
  from: RealOrigin,
  { prefix, depth, found }: Below,
): Promise<void> => {
  const listing = await listTree(repo, await tree(repo, commit));
  const links = new Map(gitlinks(listing));
  const file = listing.get('.gitmodules');
  if (links.size === 0 || !file?.mode.startsWith('100')) return;
  const where = prefix === '' ? 'the repository' : `the submodule ${prefix}`;
  const { stdout } = await inClone(repo, ['cat-file', 'blob', file.id]);
  for (const { name, path: at, url: said } of await declaredModules(stdout, where)) {
    const id = links.get(at);
    if (id === undefined) continue;
    const full = prefix === '' ? at : `${prefix}/${at}`;
    const url = moduleUrl(from.url, said);
    if (url === undefined || depth >= MOST_DEPTH) throw notTaken(full, said);
    const local = from.modules === undefined ? undefined : path.join(from.modules, name);
    const source: ModuleSource = { name, url, ...(local !== undefined && { local }) };
    if (formatOf(id) !== repo.format) throw notTaken(full, said);
    await fetchModule(repo, full, source, id);
    // What is there already may be what it was long ago, and an agent can't fetch what is newer.
    await refreshModule(repo, full, source).catch(() => undefined);
    found[full] = source;
    const modules = local === undefined ? undefined : path.join(local, 'modules');
    await fetchBelow(repo, id, { url, modules }, { prefix: full, depth: depth + 1, found });
  }
};

const notTaken = (at: string, said: string): BatonError =>
  new BatonError(
    'Repository',
    `the submodule ${at} can't be fetched from "${hideCredentials(said)}": Baton takes http, https, ssh and git, and ` +
      'folders only where the repository itself comes from a folder. Correct its URL in .gitmodules, or set ' +
      'submodules: none in baton.yaml',
  );

/** Has the clone hold one commit of a submodule; with all branches and tags, for whoever moves it to another. */
export const fetchModule = async (
  repo: RepositoryContext,
  at: string,
  source: ModuleSource,
  commit: string,
): Promise<void> => {
  if (await hasCommit(repo, commit)) return;
  const where = `the submodule ${at} at ${hideCredentials(source.url)}`;
  if (source.local !== undefined && (await repositoryAt(source.local)) !== undefined) {
    const rest = [`+refs/remotes/origin/*:${moduleRefs(source)}heads/*`, ...tagsOf(source), commit];
    // It may have been fetched from long ago, or lack what a filter left out.
    await fetchFrom(repo, { url: source.local, where }, rest).catch(() => undefined);
    if (await hasCommit(repo, commit)) return;
  }
  await refreshModule(repo, at, source);
  if (await hasCommit(repo, commit)) return;
  // In none of its branches any more; servers may give it by name.
  await fetchFrom(repo, { url: source.url, where }, [commit], [1, 128]);
  if (!(await hasCommit(repo, commit)))
    throw outageAt(where, new Error(`it doesn't have the commit ${commit}`));
};

/** Fetches all branches and tags of a submodule. */
export const refreshModule = async (
  repo: RepositoryContext,
  at: string,
  source: ModuleSource,
): Promise<void> => {
  const from = { url: source.url, where: `the submodule ${at} at ${hideCredentials(source.url)}` };
  await fetchFrom(repo, from, [`+refs/heads/*:${moduleRefs(source)}heads/*`, ...tagsOf(source)]);
};

const tagsOf = (source: ModuleSource): string[] => [`+refs/tags/*:${moduleRefs(source)}tags/*`];

const fetchFrom = (
  repo: RepositoryContext,
  from: { readonly url: string; readonly where: string },
  rest: readonly string[],
  allow: readonly number[] = [],
) => withModule(repo, from, { command: 'fetch', options: [...FETCH_OPTIONS, '--quiet'], rest, allow });
