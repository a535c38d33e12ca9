import { stat } from 'node:fs/promises';
import path from 'node:path';
import { listWorktrees } from '../../git/worktree/worktrees.ts';
import { namesIn } from '../../homes/names-in.ts';
import { homePaths } from '../../homes/paths.ts';
import { CommandError } from '../command-error.ts';

/** The folder in a tree that its feature works in. */
const rootOf = async (home: string, tree: string): Promise<string> =>
  (await listWorktrees(homePaths(home))).find((each) => each.path === tree)?.root ?? '';

/**
 * Where a packet's tree is in this home, or of that the root of its feature, or the folder of all trees of a feature.
 *
 * @throws CommandError where there is none here, with those that there are
 */
export async function treePath(home: string, feature: string, packet?: string): Promise<string> {
  const folder = path.join(homePaths(home).worktrees, feature);
  const wanted = packet === undefined ? folder : path.join(folder, packet);
  const found = await stat(wanted).catch(() => undefined);
  if (found?.isDirectory())
    return packet === undefined ? wanted : path.join(wanted, await rootOf(home, wanted));
  const others = await namesIn(folder);
  const there = others.length === 0 ? 'it has none of this feature' : `it has: ${others.join(', ')}`;
  throw new CommandError(
    `This home (${home}) has no tree of ${packet === undefined ? feature : `packet "${packet}" of ${feature}`}; ${there}. ` +
      'A tree is there while a packet is worked on, in the home of the worker that has it, and goes when it is merged: ' +
      `its work is kept, see baton diff ${feature}${packet === undefined ? '' : ` ${packet}`}`,
  );
}
