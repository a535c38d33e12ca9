import { link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { inParallel } from '../../installed/in-parallel.ts';

/** How the objects of one bare repository of Baton's own get a second name in another. */
export interface LinkedObjects {
  /** These, if all of them are files of their own there. @returns false if one isn't, or as `some` */
  loose(ids: readonly string[]): Promise<boolean>;
  /** These, which the first one has. @returns false if the file system gives no file a second name there. */
  some(ids: readonly string[]): Promise<boolean>;
  /** All that the first one has. @returns the same */
  all(): Promise<boolean>;
}

/** Other file systems, and those that know no second names. */
const NO_LINKS = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const FOLDER = /^[0-9a-f]{2}$/;
const LOOSE = /^[0-9a-f]{38,62}$/;
const PACK = /^pack-[0-9a-f]+\.(?:pack|rev|idx)$/;
/** Git takes a pack for whole once it sees its index. */
const INDEX = '.idx';

type Linked = 'linked' | 'not there' | 'no links';
const WORST_FIRST: readonly Linked[] = ['no links', 'not there'];

/** Both name their objects by the same hash. Objects never change, so a file may belong to both (gitrepository-layout). */
export const linkedObjects = (from: string, to: string): LinkedObjects => {
  const [source, target] = [path.join(from, 'objects'), path.join(to, 'objects')];
  const linkOne = (name: string) => linkFile(path.join(source, name), path.join(target, name));
  const linkEach = async (names: readonly string[]): Promise<Linked> => {
    const found = new Set<Linked>();
    await inParallel(names, async (name) => {
      found.add(await linkOne(name));
      return found.has('no links');
    });
    return WORST_FIRST.find((linked) => found.has(linked)) ?? 'linked';
  };
  const packs = async (): Promise<boolean> => {
    const names = (await readdir(path.join(source, 'pack'))).filter((name) => PACK.test(name));
    const there = new Set(await readdir(path.join(target, 'pack')));
    const missing = names.filter((name) => !there.has(name)).map((name) => `pack/${name}`);
    const isIndex = (name: string) => name.endsWith(INDEX);
    return (
      (await linkEach(missing.filter((name) => !isIndex(name)))) !== 'no links' &&
      (await linkEach(missing.filter(isIndex))) !== 'no links'
    );
  };
  const linkLoose = (ids: readonly string[]) => linkEach(ids.map((id) => `${id.slice(0, 2)}/${id.slice(2)}`));
  return {
    loose: async (ids) => (await linkLoose(ids)) === 'linked',
    some: async (ids) => {
      const found = await linkLoose(ids);
      // What isn't loose is in a pack.
      return found === 'not there' ? packs() : found === 'linked';
    },
    all: async () => {
      for (const folder of (await readdir(source)).filter((name) => FOLDER.test(name))) {
        const names = (await readdir(path.join(source, folder))).filter((name) => LOOSE.test(name));
        if ((await linkEach(names.map((name) => `${folder}/${name}`))) === 'no links') return false;
      }
      return packs();
    },
  };
};

const linkFile = async (from: string, to: string): Promise<Linked> => {
  for (const again of [true, false]) {
    try {
      await link(from, to);
      return 'linked';
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return 'linked';
      if (NO_LINKS.has(code)) return 'no links';
      if (code !== 'ENOENT') throw error;
      if (again) await makeFolder(path.dirname(to));
    }
  }
  return 'not there';
};

/** Not those above it: if they are gone, so is the repository. */
const makeFolder = (folder: string): Promise<void> =>
  mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
