import { integrationBranch } from '../../domain/ids.ts';
import { inClone, inOwnHub, type RepositoryContext } from '../context.ts';
import { hubName, NoRepositoryThere, outageAt } from '../outage.ts';
import type { GitAnswer } from '../run-git.ts';
import { forgetFacts, noteFact, recall } from '../store/facts.ts';
import { linkedObjects } from '../store/linked-objects.ts';
import { newObjects } from '../store/new-objects.ts';
import { hasFact } from '../store/objects.ts';
import { readRefs } from '../store/read-refs.ts';
import { featureOfRef, headRef } from '../store/refs.ts';
import { type RefUpdate, transactionOf } from './ref-update.ts';

/** All refs of the default hub below `prefix`, or the one of that name: ref -> commit. Read as files, without a process. */
export const refsOfOwnHub = (repo: RepositoryContext, prefix: string): Promise<Map<string, string>> =>
  readRefs(repo.hub.url, prefix).catch((error: NodeJS.ErrnoException) => {
    throw outageAt(hubName(repo), error.code === 'ENOENT' ? new NoRepositoryThere() : error);
  });

/**
 * Makes all updates on the default hub or none, as a push does, at a tenth of a push's cost: a push starts six processes,
 * and each goes through every ref there is. Clone and hub lie in one home, so objects get a second name in the hub
 * instead of being copied, and the hub stays whole if the clone is lost.
 *
 * @returns what git says to it; undefined if that can't be done: this hub isn't the home's own, or the file system gives
 *   no file a second name
 */
export const updateOwnHub = async (
  repo: RepositoryContext,
  updates: readonly RefUpdate[],
): Promise<GitAnswer | undefined> => {
  const { url, own } = repo.hub;
  if (!own) return undefined;
  if (!(await give(repo, updates))) return undefined;
  const run = { input: transactionOf(updates), allow: [1, 128] };
  const answer = await inOwnHub(repo, ['update-ref', '--stdin'], run);
  // An older hub may have been put back.
  if (answer.exitCode !== 0) forgetFacts(url);
  return answer;
};

/** Gives the hub all that the new values of refs need. @returns whether that could be done by links. */
const give = async (repo: RepositoryContext, updates: readonly RefUpdate[]): Promise<boolean> => {
  const { url } = repo.hub;
  const wanted = updates.flatMap(({ commit }) =>
    commit === undefined || recall(url, hasFact(commit)) !== undefined ? [] : [commit],
  );
  if (wanted.length === 0) return true;
  const there = await standOn(repo, updates);
  const lacking = wanted.filter((object) => !there.includes(object));
  const linked = lacking.length === 0 || (await linksOf(repo, lacking, there));
  if (linked) for (const object of wanted) noteFact(url, hasFact(object), 'yes');
  return linked;
};

/** Which commits the hub has that new ones stand on, so that only what lies between is looked through. */
const standOn = async (repo: RepositoryContext, updates: readonly RefUpdate[]): Promise<string[]> => {
  const near = updates.flatMap(({ ref }) => {
    const feature = featureOfRef(ref);
    return [ref, ...(feature === undefined ? [] : [headRef(integrationBranch(feature))])];
  });
  const found = await refsOf(repo, near);
  // Where a feature begins there is nothing of it yet: the branches of others are near its base.
  return found.length > 0 ? found : refsOf(repo, [headRef('')]);
};

const refsOf = async (repo: RepositoryContext, prefixes: readonly string[]): Promise<string[]> => {
  const found = await Promise.all([...new Set(prefixes)].map((prefix) => refsOfOwnHub(repo, prefix)));
  return [...new Set(found.flatMap((refs) => [...refs.values()]))];
};

const linksOf = async (
  repo: RepositoryContext,
  lacking: readonly string[],
  there: readonly string[],
): Promise<boolean> => {
  const links = linkedObjects(repo.clone, repo.hub.url);
  const notGiven = (error: unknown): never => {
    throw outageAt(hubName(repo), error);
  };
  // A hub without a branch gets what the clone has: going through all of a long history takes minutes.
  if (there.length === 0) return links.all().catch(notGiven);
  const known = await newObjects(repo, lacking, there);
  // One that is in a pack, or gone from the clone, is git's to tell.
  if (known !== undefined && (await links.loose([...known]).catch(notGiven))) return true;
  const input = [...lacking, ...there.map((commit) => `^${commit}`), ''].join('\n');
  const options = ['--objects', '--no-object-names', '--ignore-missing', '--stdin'];
  const { stdout } = await inClone(repo, ['rev-list', ...options], { input });
  return links.some(stdout.split('\n').filter((id) => id !== '')).catch(notGiven);
};
