import path from 'node:path';
import { errorText } from '../domain/error-text.ts';
import { listWorktrees } from '../git/worktree/worktrees.ts';
import { namesIn } from '../homes/names-in.ts';
import { listNotes, removeNote } from '../homes/notes.ts';
import type { HomePaths } from '../homes/paths.ts';
import { removeTree } from '../installed/remove-tree.ts';
import type { Workshop } from './workshop.ts';

/** What was cleared away of one feature. */
export interface Reaped {
  readonly feature: string;
  /** With the commit on the hub that holds the work. */
  readonly worktrees: readonly { readonly name: string; readonly commit: string | undefined }[];
  readonly agentHomes: readonly string[];
  readonly notes: readonly string[];
  /** What couldn't be done, each with its cause; it is tried again at the next start. */
  readonly problems: readonly string[];
}

/**
 * Removes what closed features left in a home: worktrees (their work is pushed to the hub first), agents'
 * HOME folders and session notes. End the processes that belong to them before.
 */
export const leftovers = async (
  shop: Workshop,
  isClosed: (feature: string) => Promise<boolean>,
): Promise<Reaped[]> => {
  const home = shop.home.paths;
  const worktrees = await listWorktrees(home);
  const reaped: Reaped[] = [];
  for (const feature of await featuresIn(home)) {
    if (await isClosed(feature)) reaped.push(await reap(shop, feature, worktrees));
  }
  return reaped;
};

/** The features that have anything in a home, sorted. */
export const featuresIn = async (home: HomePaths): Promise<string[]> => {
  const features = [
    ...(await listWorktrees(home)).map(({ feature }) => feature),
    ...(await namesIn(home.worktrees)),
    ...(await namesIn(home.agents)),
    ...(await namesIn(home.sessions)),
  ];
  return [...new Set(features)].sort();
};

const reap = async (
  shop: Workshop,
  feature: string,
  all: Awaited<ReturnType<typeof listWorktrees>>,
): Promise<Reaped> => {
  const home = shop.home.paths;
  const worktrees: { name: string; commit: string | undefined }[] = [];
  const problems: string[] = [];
  for (const tree of all.filter((each) => each.feature === feature)) {
    const { name, repository, path: where } = tree;
    try {
      const repo = await shop.reopen(tree);
      if (repo === undefined) throw new Error(`repository ${repository} is not known to this home`);
      worktrees.push({ name, commit: await repo.removeWorktree({ feature, name }) });
    } catch (error) {
      problems.push(`worktree ${where}: ${errorText(error)}`);
    }
  }
  // Only what no worktree claims any more: a problem above leaves its files in place. Before the notes, by which a feature is
  // found again if this is cut off.
  if (problems.length === 0)
    for (const folder of [home.treesOf(feature), path.join(home.worktrees, feature)])
      await removeTree(folder);
  const agentHomes = await namesIn(path.join(home.agents, feature));
  await removeTree(path.join(home.agents, feature));
  const notes = await listNotes(home, feature);
  for (const note of notes) await removeNote(home, { feature, packet: note.packet });
  await removeTree(path.join(home.sessions, feature));
  return { feature, worktrees, agentHomes, notes: notes.map(({ packet }) => packet), problems };
};
