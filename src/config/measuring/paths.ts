import { posix } from 'node:path';

/** Ways to write the current folder and the repository's root in a command line. */
const HERE = /^(?:\$PWD|\$\{PWD\}|\$\(pwd\)|`pwd`)(?=\/|$)/;
const ROOT =
  /^(?:\$\(git rev-parse --show-toplevel\)|`git rev-parse --show-toplevel`|\$\{?(?:INIT_CWD|GITHUB_WORKSPACE|CI_PROJECT_DIR)\}?)(?=\/|$)/;

/**
 * A path of a command line that runs in `folder`, relative to the repository's root (`''`: the root itself);
 * undefined if it lies outside. A variable that isn't known is taken as a name.
 */
export function resolvePath(folder: string, text: string): string | undefined {
  const fromRoot = ROOT.test(text);
  const path = text.replace(fromRoot ? ROOT : HERE, '.');
  if (path.startsWith('/') || path.startsWith('~') || path.includes('\0')) return undefined;
  const joined = posix.normalize(posix.join(fromRoot ? '' : folder, path)).replace(/\/+$/, '');
  if (joined === '..' || joined.startsWith('../')) return undefined;
  return joined === '.' ? '' : joined;
}

/** The folder and those above it, up to the root. */
export function upwards(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), ''];
}

/** The folder that a file lies in; `''` is the root. */
export const folderOf = (file: string): string => {
  const folder = posix.dirname(file);
  return folder === '.' ? '' : folder;
};

/** What a record holds under a word of a command; words such as `constructor` are no keys. */
export const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Path of `name` in `folder`. */
export const inFolder = (folder: string, name: string): string =>
  folder === '' ? name : `${folder}/${name}`;

/** What a word may name: itself, the value behind `=`, behind a short option or an `@`, or a part of a list. */
export function namedIn(word: string): string[] {
  const parts = word.split(/[=,]/);
  const values = [...word.matchAll(/=/g)].map(({ index }) => word.slice(index + 1));
  const all = [word, ...values, ...parts, ...(/^-[A-Za-z]./.test(word) ? [word.slice(2)] : [])];
  return [...new Set(all.flatMap((part) => [part, ...(part.startsWith('@') ? [part.slice(1)] : [])]))];
}
