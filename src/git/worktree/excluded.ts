import { matchesAny } from '../boundaries.ts';
import type { Excluded } from './capture-worktree.ts';

/** Whether a path is one of `globs`, or below one. */
export const excludedBy =
  (globs: readonly string[]): Excluded =>
  (relative) =>
    matchesAny(relative, globs);

/** The same as lines of an exclude file; only an agent's own `git status` depends on them. */
export const excludeLines = (globs: readonly string[]): string =>
  globs.map((glob) => (/[*?{]/.test(glob) ? `/${glob}\n` : excludeLine(glob))).join('');

/** The line of an exclude file that means exactly this path. */
export const excludeLine = (relative: string): string => `/${relative.replace(/[\\*?[\] ]/g, '\\$&')}\n`;
