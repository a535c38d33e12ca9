import type { RepositoryContext } from '../context.ts';
import { recall } from './facts.ts';
import { folderIds, GITLINK, listingAtHand } from './listing.ts';
import { isRemembered, rememberedParents, treeFact } from './objects.ts';

/** Commits that one push brings: a packet's checkpoints, and its merge. */
const MOST_COMMITS = 100;

/**
 * All objects of the commits `wanted` that whoever has `there` lacks, and perhaps some that it has. Undefined if what is
 * remembered of them doesn't tell, and git has to be asked.
 */
export const newObjects = async (
  repo: RepositoryContext,
  wanted: readonly string[],
  there: readonly string[],
): Promise<ReadonlySet<string> | undefined> => {
  const { clone } = repo;
  const objects = new Set<string>();
  const commits = new Set(wanted);
  // A set is gone through in the order of its entries, those that are added meanwhile too.
  for (const commit of commits) {
    if (there.some((other) => other === commit || isRemembered(clone, commit, other))) continue;
    const parents = rememberedParents(clone, commit);
    const [first] = parents ?? [];
    if (parents === undefined || first === undefined || commits.size > MOST_COMMITS) return undefined;
    const added = await addedBy(repo, first, commit);
    if (added === undefined) return undefined;
    for (const object of [commit, ...added]) objects.add(object);
    for (const parent of parents) commits.add(parent);
  }
  return objects;
};

/** What the tree of a commit has that the tree of the one before hasn't. */
const addedBy = async (
  repo: RepositoryContext,
  before: string,
  commit: string,
): Promise<string[] | undefined> => {
  const tree = recall(repo.clone, treeFact(commit));
  const listings = [before, commit].map((each) => listingAtHand(repo, each)?.catch(() => undefined));
  const [old, now] = await Promise.all(listings);
  if (tree === undefined || old === undefined || now === undefined) return undefined;
  const added = [tree];
  for (const [path, { id, mode }] of now) if (mode !== GITLINK && old.get(path)?.id !== id) added.push(id);
  const folders = folderIds(old);
  for (const id of folderIds(now)) if (!folders.has(id)) added.push(id);
  return added;
};
