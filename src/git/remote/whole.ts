import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { withSealedView } from '../sealed-view.ts';
import { gitText, repositoryAt, type UserRepository } from '../user-repository.ts';
import { isLocal, normaliseOrigin } from './origin.ts';

/** Git itself follows no more repositories that borrow of each other. */
const MOST_BORROWED = 5;
/** Enough to meet what a partial clone lacks in a moment, before all of a long history is gone through. */
const FIRST_COMMITS = '--max-count=200';
/** Names for people. */
const NAMED = 3;

/**
 * Why the repository at `origin` can't give all of its history, with what to do; or undefined. A partial clone lacks
 * what nobody has asked for yet, and what would fetch that is a program of its settings, which Baton never runs. A clone
 * that borrows objects of another repository is read through, if that is there and whole.
 */
export const incompleteProblem = async (origin: string): Promise<string | undefined> => {
  const repo = isLocal(origin) ? await repositoryAt(normaliseOrigin(origin)) : undefined;
  if (repo === undefined) return undefined;
  const stores = await objectStores(path.join(repo.common, 'objects'));
  const gone = stores.find((store) => !store.there);
  if (gone !== undefined)
    return (
      `${repo.folder} borrows objects of ${gone.folder}, which is not there: put that back, or, while it is there, ` +
      'run git repack -a -d in the clone and remove its .git/objects/info/alternates'
    );
  if (!stores.some((store) => store.partial)) return undefined;
  const missing = await missingOf(repo);
  if (missing.length === 0) return undefined;
  const names = missing.slice(0, NAMED).map((name) => name.slice(0, 12));
  return (
    `${repo.folder} is a partial clone: objects of its branches and tags are not there (${names.join(', ')}` +
    `${missing.length > NAMED ? ', …' : ''}), and Baton has no program of its settings fetch them. Run ` +
    'git fetch --refetch --no-filter there first, or give the URL that it was cloned from'
  );
};

interface ObjectStore {
  readonly folder: string;
  readonly there: boolean;
  /** Packs in it came with a filter, so what they name may be elsewhere. */
  readonly partial: boolean;
}

/** The store and those that it borrows of, as git finds them. */
const objectStores = async (folder: string, depth = 0): Promise<ObjectStore[]> => {
  const found = await stat(folder).catch(() => undefined);
  const packs = await readdir(path.join(folder, 'pack')).catch((): string[] => []);
  const own = {
    folder,
    there: found?.isDirectory() ?? false,
    partial: packs.some((name) => name.endsWith('.promisor')),
  };
  if (depth >= MOST_BORROWED) return [own];
  const lines = ((await gitText(path.join(folder, 'info/alternates'))) ?? '').split('\n');
  const borrowed = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const others = await Promise.all(
    borrowed.map((line) => objectStores(path.resolve(folder, unquoted(line)), depth + 1)),
  );
  return [own, ...others.flat()];
};

/** Git quotes a path with unusual characters as C does; such a one is left as it is, if it isn't JSON as well. */
const unquoted = (line: string): string => {
  if (!line.startsWith('"')) return line;
  try {
    return String(JSON.parse(line));
  } catch {
    return line;
  }
};

/** Objects of branches and tags that aren't there. */
const missingOf = (repo: UserRepository): Promise<string[]> =>
  withSealedView(repo, async ({ run }) => {
    const args = ['rev-list', '--objects', '--quiet', '--missing=print', '--branches', '--tags'];
    for (const most of [[FIRST_COMMITS], []]) {
      const { stdout } = await run([...args, ...most]);
      const missing = stdout.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : []));
      if (missing.length > 0) return missing;
    }
    return [];
  });
