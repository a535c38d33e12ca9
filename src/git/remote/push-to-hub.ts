import { toHub } from '../content/lfs-on-hub.ts';
import { type RepositoryContext, withHub } from '../context.ts';
import { hubName, outageAt } from '../outage.ts';
import { isLostRace, notPushed } from './not-pushed.ts';
import { updateOwnHub } from './own-hub.ts';
import { pushArguments, type RefUpdate } from './ref-update.ts';

/** Rejections to look into again; each means that somebody else was faster. */
export const PUSH_ATTEMPTS = 3;

/** Makes all updates on the hub or none. @returns false where a ref wasn't where it was expected. */
export const pushToHub = async (repo: RepositoryContext, updates: readonly RefUpdate[]): Promise<boolean> => {
  const answer = (await updateOwnHub(repo, updates)) ?? (await pushByGit(repo, updates));
  if (answer.exitCode === 0) return true;
  const said = `${answer.stdout}\n${answer.stderr}`;
  if (isLostRace(said)) return false;
  throw notPushed({ where: hubName(repo), what: updates.map(({ ref }) => ref).join(', '), said });
};

const pushByGit = async (repo: RepositoryContext, updates: readonly RefUpdate[]) => {
  await toHub(
    repo,
    updates.flatMap(({ commit }) => commit ?? []),
  );
  const { options, specs } = pushArguments(updates);
  return withHub(repo, { command: 'push', options, rest: specs, allow: [1] });
};

/** Sets one of Baton's own refs, wherever it is now. */
export const forceOnHub = async (repo: RepositoryContext, ref: string, commit: string): Promise<void> => {
  for (let attempt = 1; attempt <= PUSH_ATTEMPTS; attempt += 1) {
    if (await pushToHub(repo, [{ ref, commit, old: 'any' }])) return;
  }
  throw outageAt(hubName(repo), new Error(`${ref} keeps being moved by somebody else`));
};
