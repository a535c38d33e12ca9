import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { filesMatching } from './report-files.ts';

/**
 * How a report's paths are called in the tree: relative, with slashes. Paths of another machine, of a container, of a
 * Go module or below a source folder are found by their ends: a file of the tree whose whole path ends the reported
 * one, or the only one that ends with the whole reported path. What isn't found stays as it is.
 *
 * @param paths - those that will be asked for; the tree is only searched if one of them isn't simply in it
 */
export async function pathsInTree(root: string, paths: Iterable<string>): Promise<(path: string) => string> {
  const roots = await rootsOf(root);
  const found = new Map<string, string>();
  const strange: string[] = [];
  for (const path of new Set(paths)) {
    const inside = below(roots, path);
    if (inside !== undefined) found.set(path, inside);
    else if (!isForeign(path) && (await isThere(root, path))) found.set(path, plainPath(path));
    else strange.push(path);
  }
  const find = strange.length === 0 ? () => undefined : await searchIn(root);
  for (const path of strange) found.set(path, find(path) ?? plainPath(path));
  return (path) => found.get(path) ?? plainPath(path);
}

/** Whether a path is absolute, on this system or on another. */
export const isForeign = (path: string): boolean =>
  isAbsolute(path) || /^(?:[a-z]:[\\/]|\\\\|file:)/i.test(path);

/** A path with slashes, without `file://`, drive or `./` before it. */
const plainPath = (path: string): string => {
  const local = path.replace(/^file:\/\//, '');
  const isOfWindows = /^[a-z]:[\\/]|^\\\\/i.test(local) || (local.includes('\\') && !local.includes('/'));
  return (isOfWindows ? local.replaceAll('\\', '/') : local).replace(/^(?:\.\/)+/, '');
};

/** The folder, and the one that it links to. */
const rootsOf = async (root: string): Promise<string[]> => [
  ...new Set([root, await realpath(root).catch(() => root)]),
];

function below(roots: readonly string[], path: string): string | undefined {
  const plain = plainPath(path);
  if (!isAbsolute(plain)) return undefined;
  const inside = roots.map((root) => relative(root, plain));
  return inside.find((one) => one !== '' && one !== '..' && !one.startsWith('../'));
}

const isThere = (root: string, path: string): Promise<boolean> =>
  lstat(join(root, plainPath(path))).then(
    (stat) => stat.isFile(),
    () => false,
  );

async function searchIn(root: string): Promise<(path: string) => string | undefined> {
  const byName = new Map<string, string[]>();
  for (const file of await filesMatching(root, ['**'])) {
    const name = nameOf(file);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  return (path) => {
    const whole = `/${plainPath(path).replace(/^(?:[a-z]:)?\/+/i, '')}`;
    const known = byName.get(nameOf(whole)) ?? [];
    const ending = known.filter((file) => whole.endsWith(`/${file}`)).sort((a, b) => b.length - a.length);
    if (ending[0] !== undefined) return ending[0];
    const deeper = known.filter((file) => `/${file}`.endsWith(whole));
    return deeper.length === 1 ? deeper[0] : undefined;
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
