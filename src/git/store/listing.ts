import { inClone, type RepositoryContext } from '../context.ts';
import { splitNul } from '../run-git.ts';
import { recall } from './facts.ts';
import { tree, treeFact } from './objects.ts';

/** The mode of a submodule's commit. */
export const GITLINK = '160000';

export interface ListedFile {
  /** As git writes it: `100644`, `100755`, `120000` (a link), `160000` (a submodule's commit). */
  readonly mode: string;
  readonly id: string;
}

/** What a tree holds, by path. */
export type Listing = ReadonlyMap<string, ListedFile>;

/** The mode of a folder. */
const FOLDER = '040000';
const foldersIn = new WeakMap<Listing, ReadonlySet<string>>();

/** The ids of all folders in a tree that was listed. */
export const folderIds = (listing: Listing): ReadonlySet<string> => foldersIn.get(listing) ?? new Set();

/** Packets side by side ask about their trees several times: committed, proven, merged. */
const REMEMBERED = 24;
/** Of all listings together: some 40 MB. */
const MOST_FILES = 200_000;
const remembered = new Map<string, Promise<Listing>>();

/** All files of a tree or commit that the clone has. */
export const listTree = (repo: RepositoryContext, tree: string): Promise<Listing> => {
  const key = `${repo.clone} ${tree}`;
  const known = remembered.get(key) ?? list(repo, tree);
  remembered.delete(key);
  remembered.set(key, known);
  known.catch(() => remembered.delete(key));
  void known.then(forgetOldest, () => undefined);
  return known;
};

const forgetOldest = async (): Promise<void> => {
  const all = await Promise.all([...remembered.values()].map((each) => each.catch(() => undefined)));
  let files = all.reduce((sum, each) => sum + (each?.size ?? 0), 0);
  for (const [at, key] of [...remembered.keys()].entries()) {
    if (remembered.size <= 1 || (remembered.size <= REMEMBERED && files <= MOST_FILES)) return;
    remembered.delete(key);
    files -= all[at]?.size ?? 0;
  }
};

const list = async (repo: RepositoryContext, tree: string): Promise<Listing> => {
  const { stdout } = await inClone(repo, ['ls-tree', '-r', '-t', '-z', '--full-tree', tree], { names: true });
  const files = new Map<string, ListedFile>();
  const folders = new Set<string>();
  for (const line of splitNul(stdout)) {
    const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    if (mode === FOLDER) folders.add(id);
    else files.set(line.slice(line.indexOf('\t') + 1), { mode, id });
  }
  foldersIn.set(files, folders);
  return files;
};

/** The listing of a tree or commit if it was asked for lately. */
export const listingAtHand = ({ clone }: RepositoryContext, of: string): Promise<Listing> | undefined =>
  remembered.get(`${clone} ${of}`) ?? remembered.get(`${clone} ${recall(clone, treeFact(of)) ?? of}`);

/** All files at a commit. */
export const listingOf = async (repo: RepositoryContext, commit: string): Promise<Listing> =>
  listTree(repo, await tree(repo, commit));

/** The commits of submodules, by path. */
export const gitlinks = (listing: Listing): [path: string, commit: string][] =>
  [...listing].flatMap(([file, { mode, id }]) => (mode === GITLINK ? [[file, id]] : []));
