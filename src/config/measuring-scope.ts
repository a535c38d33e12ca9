/** Whether a packet's scope names a protected file on purpose. */
import { braceExpand, Minimatch } from 'minimatch';
import { bareGlob, GLOB_OPTIONS, matcherOf } from './measuring/globs.ts';

/**
 * Whether the scope names this protected file: an entry is its path, or an entry that it matches is one of the
 * protected `globs` or lies inside one. Entries such as `**` and `src/` reach protected files by accident, and an
 * empty scope names none.
 */
export const namedInScope = (path: string, inScope: readonly string[], globs: readonly string[]): boolean =>
  inScope.some((entry) => {
    const bare = bareGlob(entry);
    if (bare === path) return true;
    if (!/[^*/.]/.test(bare) || !matcherOf([entry])(path)) return false;
    return globs.some((glob) => bareGlob(glob) === bare || liesInside(bare, glob));
  });

/** Stands for any name in a path. */
const ANY = 'any-name-that-nobody-lists';

/** Whether all that `entry` matches is in `glob`, judged by samples of it. */
function liesInside(entry: string, glob: string): boolean {
  // A class of characters has too many samples.
  if (/[[\]]/.test(entry)) return false;
  const isIn = matcherOf([glob]);
  return braceExpand(entry, GLOB_OPTIONS).every((one) => samples(one).every(isIn));
}

function samples(glob: string): string[] {
  if (!new Minimatch(glob, GLOB_OPTIONS).hasMagic()) return [glob];
  const named = glob.replace(/(?<!\*)\*(?!\*)/g, ANY).replaceAll('?', 'x');
  const some = named.replace(/\*\*/g, `${ANY}/${ANY}`);
  const none = named.replace(/\*\*\//g, '').replace(/\*\*/g, ANY);
  return [some, none];
}
