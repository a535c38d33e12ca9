import type { PullRequestResult } from '../domain/activities.ts';
import type { Config } from '../domain/config.ts';
import { agentsOf } from '../domain/crew-config.ts';
import type { PullRequestText } from '../domain/pull-request.ts';
import { hideCredentials } from '../git/git-error.ts';
import { TOKENS } from '../github/gh.ts';
import { openPullRequest } from '../github/pull-request.ts';
import { repositoryName } from '../github/repository-name.ts';
import { blotOut, secretsOf } from '../processes/secrets.ts';
import type { Site } from './workshop.ts';

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
  { repo, ref, config }: Site,
  input: PullRequestText & { readonly branch: string; readonly commit: string },
  signal: AbortSignal,
): Promise<PullRequestResult> {
  const repository = repositoryName(repo.origin);
  if (repository === undefined)
    return {
      kind: 'unavailable',
      why: `${hideCredentials(repo.origin)} is not the address of a repository at a service (https://host/owner/name): open the request by hand, or start the feature with --repo and that address`,
    };
  const secrets = secretsOf(secretNames(config));
  const found = await openPullRequest(
    {
      repository,
      base: ref.base,
      head: input.branch,
      commit: input.commit,
      title: blotOut(input.title, secrets),
      body: blotOut(input.body, secrets),
    },
    { signal },
  );
  if (found.kind !== 'open') return found;
  const note = NOTES[found.how];
  return { kind: 'open', url: found.url, ...(note !== undefined && { note }) };
}

/** What an agent or a command may have got to see and said, whatever was to be kept of it. */
const secretNames = ({ crew, release }: Config): string[] => [
  ...TOKENS,
  ...(release?.env ?? []),
  ...Object.values(crew).flatMap((role) => agentsOf(role).flatMap(({ env }) => env)),
];
