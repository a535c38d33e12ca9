import { stat } from 'node:fs/promises';
import path from 'node:path';
import { listWorktrees } from '../../git/worktree/worktrees.ts';
import { namesIn } from '../../homes/names-in.ts';
import { type HomePaths, homePaths } from '../../homes/paths.ts';
import { CommandError } from '../command-error.ts';

/** The folder in a tree that its feature works in. */
const rootOf = async (home: string, tree: string): Promise<string> =>
  (await listWorktrees(homePaths(home))).find((each) => each.path === tree)?.root ?? '';

/** Names of the trees that a home has of a feature, sorted. */
export async function treesIn(home: HomePaths, feature: string): Promise<string[]> {
  const names = (await listWorktrees(home))
    .filter((each) => each.feature === feature)
    .map(({ name }) => name);
  return [...new Set([...names, ...(await namesIn(path.join(home.worktrees, feature)))])].sort();
}

/** The same with their paths. */
export const treesOfFeature = async (
  home: string,
  feature: string,
): Promise<{ readonly name: string; readonly path: string }[]> => {
  const paths = homePaths(home);
  return (await treesIn(paths, feature)).map((name) => ({ name, path: paths.worktree(feature, name) }));
};

/**
 * Where a packet's tree is in this home, or of that the root of its feature, or the folder of all trees of a feature.
 *
 * @throws CommandError where there is none here, with those that there are
 */
export async function treePath(home: string, feature: string, packet?: string): Promise<string> {
  const paths = homePaths(home);
  const wanted =
    packet === undefined
      ? [paths.treesOf(feature), path.join(paths.worktrees, feature)]
      : [paths.worktree(feature, packet)];
  for (const each of wanted)
    if ((await stat(each).catch(() => undefined))?.isDirectory())
      return packet === undefined ? each : path.join(each, await rootOf(home, each));
  const others = await treesIn(paths, feature);
  const there = others.length === 0 ? 'it has none of this feature' : `it has: ${others.join(', ')}`;
  throw new CommandError(
    `This home (${home}) has no tree of ${packet === undefined ? feature : `packet "${packet}" of ${feature}`}; ${there}. ` +
      'A tree is there while a packet is worked on, in the home of the worker that has it, and goes when it is merged: ' +
      `its work is kept, see baton diff ${feature}${packet === undefined ? '' : ` ${packet}`}`,
  );
}
