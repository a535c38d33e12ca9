import { inClone, type RepositoryContext, withHub } from '../context.ts';
import { GitError } from '../git-error.ts';
import { hubName, outageAt } from '../outage.ts';
import { hubRefs } from '../remote/hub.ts';
import { forceOnHub, pushToHub } from '../remote/push-to-hub.ts';
import { FETCH_OPTIONS } from './objects.ts';

/** Keeps a text on the hub under a ref of Baton's own, so that other homes find it. */
export const putText = async (repo: RepositoryContext, ref: string, text: string): Promise<void> => {
  await forceOnHub(repo, ref, await writeText(repo, text));
};

/** Writes a text as a blob. @returns its name */
export const writeText = async (repo: RepositoryContext, text: string): Promise<string> =>
  (await inClone(repo, ['hash-object', '-w', '--stdin'], { input: text })).stdout.trim();

/** The text of a blob that the clone has. */
export const blobText = async (repo: RepositoryContext, id: string): Promise<string> =>
  (await inClone(repo, ['cat-file', 'blob', id])).stdout;

/** The text under a ref of the hub; undefined if there is none. */
export const getText = async (repo: RepositoryContext, ref: string): Promise<string | undefined> => {
  const rest = [`+${ref}:${ref}`];
  const fetched = await withHub(repo, { command: 'fetch', options: FETCH_OPTIONS, rest, allow: [1, 128] });
  if (fetched.exitCode !== 0) {
    if (/couldn't find remote ref/.test(fetched.stderr)) return undefined;
    throw outageAt(hubName(repo), new GitError(['fetch', ref], fetched.exitCode, fetched.stderr));
  }
  return blobText(repo, ref);
};

/** Removes the texts below `prefix` from the hub. May be repeated. */
export const removeTexts = async (repo: RepositoryContext, prefix: string): Promise<void> => {
  const refs = [...(await hubRefs(repo, prefix)).keys()];
  if (refs.length > 0)
    await pushToHub(
      repo,
      refs.map((ref) => ({ ref, commit: undefined, old: 'any' as const })),
    );
};
