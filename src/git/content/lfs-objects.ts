import path from 'node:path';
import { inClone, type RepositoryContext } from '../context.ts';
import { isRegularOfSize } from '../worktree/plain-files.ts';

/** An object of Git LFS that a commit's files stand for. */
export interface LfsObject {
  /** SHA-256 of its content. */
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

/** Longer blobs are no pointers, as Git LFS has it. */
const LONGEST_POINTER = 1024;
/** Where a store has it. */
export const fileOf = (folder: string, { id }: LfsObject): string =>
  path.join(folder, 'objects', id.slice(0, 2), id.slice(2, 4), id);

const isThere = (folder: string, object: LfsObject): Promise<boolean> =>
  isRegularOfSize(fileOf(folder, object), object.size);

/** The objects that files of commits stand for: of all in the `range` of `git rev-list`. */
export const objectsOf = async (repo: RepositoryContext, range: readonly string[]): Promise<LfsObject[]> => {
  const listed = await inClone(repo, ['rev-list', '--objects', '--no-object-names', ...range]);
  return objectsAmong(repo, listed.stdout);
};

/** The same of git's own objects, whose names are lines of a text. */
export const objectsAmong = async (repo: RepositoryContext, names: string): Promise<LfsObject[]> => {
  const about = await inClone(repo, ['cat-file', '--batch-check', '--buffer'], { input: names });
  const small = about.stdout.split('\n').filter((line) => {
    const [, type, size] = line.split(' ');
    return type === 'blob' && Number(size) <= LONGEST_POINTER;
  });
  const ids = small.map((line) => `${line.split(' ')[0]}\n`).join('');
  if (ids === '') return [];
  const { stdout } = await inClone(repo, ['cat-file', '--batch', '--buffer'], { input: ids });
  const pointers =
    /^[0-9a-f]{40,64} blob (\d+)\n(version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\S+ \S+\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n)/gm;
  const found = [...stdout.matchAll(pointers)].filter(([, length, text]) => Number(length) === text?.length);
  return [...new Map(found.map(([, , , id = '', size]) => [id, { id, size: Number(size) }])).values()];
};

/** Those of some objects that a store hasn't got. */
export const missing = async (store: string, objects: readonly LfsObject[]): Promise<LfsObject[]> => {
  const there = await Promise.all(objects.map((object) => isThere(store, object)));
  return objects.filter((_, at) => there[at] !== true);
};
