/** The root of a feature: a folder of its repository, such as `packages/api`; `''` is the whole repository. */

/** Longer paths are no folder that somebody names. */
const MOST_CHARACTERS = 300;
/** What globs are made of: a root stands before those of its configuration. */
const IN_GLOBS = /[*?[\]{}!\\]/;

/** Why a text can't name a root, whatever the repository has; undefined if it can. */
export const rootNameProblem = (text: string): string | undefined => {
  const shown = JSON.stringify(text.slice(0, MOST_CHARACTERS));
  if (text.trim() === '') return 'a root is a folder of the repository, such as packages/api';
  if (text.length > MOST_CHARACTERS) return `a root has at most ${MOST_CHARACTERS} characters`;
  if (text.startsWith('/') || text.startsWith('~') || /^[A-Za-z]:/.test(text))
    return `${shown} is absolute: a root is relative to the top of the repository`;
  const parts = text.split('/');
  if (parts.includes('..'))
    return `${shown} leads out with \`..\`: name the folder from the top of the repository`;
  if (parts.some((part) => part.toLowerCase() === '.git')) return `${shown} is git's own folder`;
  if (/\p{Cc}/u.test(text)) return `${shown} has a control character`;
  if (IN_GLOBS.test(text)) return `${shown} has a character that patterns are made of: a root is one folder`;
  return undefined;
};

/** One spelling of a root: `./packages/api/` is `packages/api`, `.` is `''`. */
export const plainRoot = (text: string): string =>
  text
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/**
 * A path or glob of the repository, as it is named from the root: what lies outside of that begins with `../`.
 */
export const toRoot = (root: string, path: string): string => {
  if (root === '') return path;
  const from = root.split('/');
  const to = path.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
};

/** The other way round: a path or glob that is named from the root, as the repository has it. */
export const fromRoot = (root: string, path: string): string => {
  if (root === '') return path;
  const parts = path.replace(/^(?:\.\/)+/, '').split('/');
  const up = parts.findIndex((part) => part !== '..');
  const climbs = up === -1 ? parts.length : up;
  return [
    ...root.split('/').slice(0, Math.max(0, root.split('/').length - climbs)),
    ...parts.slice(climbs),
  ].join('/');
};

/** Whether a path that is named from a root lies outside of it. */
export const isOutside = (path: string): boolean => path.startsWith('../');

/** The folder and those above it, up to the top: `a/b`, `a`, `''`. */
export const andAbove = (folder: string): string[] => {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), ''];
};

/** Modes of what isn't a folder, by git's number. */
const KINDS: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

/** Why a root can't be worked in at a commit, whose files are given with their modes; undefined if it can. */
export const rootProblem = (
  root: string,
  listing: ReadonlyMap<string, { readonly mode: string }>,
): string | undefined => {
  if (root === '') return undefined;
  for (const at of andAbove(root).reverse()) {
    const mode = listing.get(at)?.mode;
    if (mode === undefined) continue;
    const where = at === root ? root : `${at}, in which ${root} would lie,`;
    const kind = KINDS[mode] ?? 'a file';
    return `${where} is ${kind} in the base commit: the root has to be a folder of the repository itself`;
  }
  for (const file of listing.keys()) if (file.startsWith(`${root}/`)) return undefined;
  return `there is no folder ${root} in the base commit`;
};
