import { Minimatch } from 'minimatch';

export interface Boundaries {
  /** Paths and globs; empty: everything. */
  readonly inScope: readonly string[];
  readonly outOfScope: readonly string[];
}

/** `protected` outranks `out`, which outranks `in`. */
export type Side = 'in' | 'out' | 'protected';

/**
 * On which side of a packet's boundaries `path` (relative to the repository, with `/`) is. A boundary is a
 * glob with `*`, `**`, `?`, `[a]`, `{a,b}`; one that ends in `/` means all below; a plain path means that
 * file, or all below that folder. Dots need no mention, capitals count.
 */
export const inBoundaries = (
  path: string,
  { inScope, outOfScope }: Boundaries,
  protectedGlobs: readonly string[] = [],
): Side => {
  if (matchesAny(path, protectedGlobs)) return 'protected';
  if (matchesAny(path, outOfScope)) return 'out';
  return inScope.length === 0 || matchesAny(path, inScope) ? 'in' : 'out';
};

/** Whether `path` matches one of the boundaries `globs`. */
export const matchesAny = (path: string, globs: readonly string[]): boolean =>
  globs.some((glob) => matchers(glob).some((matcher) => matcher(path)));

const OPTIONS = { dot: true, nocomment: true, nonegate: true, noext: true, platform: 'linux' } as const;
/** Globs come from configuration and packets, so they are few and used for every file. */
const cache = new Map<string, ((path: string) => boolean)[]>();
const CACHE_LIMIT = 2000;

const matchers = (glob: string): ((path: string) => boolean)[] => {
  const known = cache.get(glob);
  if (known !== undefined) return known;
  const made = makeMatchers(glob.replace(/^(?:\.\/)+/, ''));
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(glob, made);
  return made;
};

const makeMatchers = (glob: string): ((path: string) => boolean)[] => {
  const folder = glob.replace(/\/+$/, '');
  // A path is first of all itself: names such as `app/[id]/page.tsx` look like globs and are files.
  const literal = (path: string) => path === glob || path.startsWith(`${folder}/`);
  const asGlob = new Minimatch(folder === glob ? glob : `${folder}/**`, OPTIONS);
  const below = new Minimatch(`${folder}/**`, OPTIONS);
  return [literal, (path) => asGlob.match(path), (path) => below.match(path)];
};
