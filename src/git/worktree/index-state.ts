import { lstatSync, rmSync } from 'node:fs';
import { stampOf } from './find-files.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** Which tree an index holds, and its state on the disk when it came to hold it, by its path. */
const known = new Map<string, { readonly tree: string; readonly stamp: string }>();

const stampNow = (index: string): string | undefined => {
  const stat = lstatSync(index, { bigint: true, throwIfNoEntry: false });
  return stat && stampOf(stat);
};

/** Notes that Baton's index of a worktree holds just this tree. */
export const indexHolds = ({ index }: WorktreePaths, tree: string): void => {
  const stamp = stampNow(index);
  if (stamp === undefined) known.delete(index);
  else known.set(index, { tree, stamp });
};

/** Whether it is known to hold just this tree, and nothing wrote to it since. A lock that a killed git left is taken away. */
export const isIndexOf = ({ index }: WorktreePaths, tree: string): boolean => {
  const noted = known.get(index);
  if (noted?.tree !== tree || noted.stamp !== stampNow(index)) return false;
  rmSync(`${index}.lock`, { force: true });
  return true;
};

/** For an index that is read anew, or goes with its worktree. */
export const forgetIndex = ({ index }: WorktreePaths): boolean => known.delete(index);
