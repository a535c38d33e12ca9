import type { PullRequestResult } from '../domain/activities.ts';
import type { PullRequestText } from '../domain/pull-request.ts';
import { hideCredentials } from '../git/git-error.ts';
import { openPullRequest } from '../github/pull-request.ts';
import { repositoryName } from '../github/repository-name.ts';
import type { Site, Workshop } from './workshop.ts';

/** What people are told of a request that was not opened just now. */
const NOTES = {
  opened: undefined,
  updated: 'the pull request was open already, its text was brought up to date',
  'was there': undefined,
  'was merged': 'the pull request of this commit is merged already',
  'was closed': 'the pull request of this commit is closed: Baton leaves it so',
} as const;

/** Opens the pull request of a landed branch, or brings the one that is open up to date. May be repeated. */
export async function openFeaturesPullRequest(
  { secrets }: Workshop,
  { repo, ref }: Site,
  input: PullRequestText & { readonly branch: string; readonly commit: string },
  signal: AbortSignal,
): Promise<PullRequestResult> {
  const repository = repositoryName(repo.origin);
  if (repository === undefined)
    return {
      kind: 'unavailable',
      why: `${hideCredentials(repo.origin)} is not the address of a repository at a service (https://host/owner/name): open the request by hand, or start the feature with --repo and that address`,
    };
  const found = await openPullRequest(
    {
      repository,
      base: ref.base,
      head: input.branch,
      commit: input.commit,
      title: secrets.text(input.title),
      body: secrets.text(input.body),
    },
    { signal },
  );
  if (found.kind !== 'open') return found;
  const note = NOTES[found.how];
  return { kind: 'open', url: found.url, ...(note !== undefined && { note }) };
}
