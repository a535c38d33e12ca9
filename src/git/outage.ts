import { errorText } from '../domain/error-text.ts';
import { BatonError } from '../domain/failures.ts';
import { GitError, hideCredentials } from './git-error.ts';

/** The hub, for people. */
export const hubName = ({ hub }: { readonly hub: { readonly url: string } }): string =>
  `the hub ${hideCredentials(hub.url)}`;

/** The origin, for people. */
export const originName = ({ origin }: { readonly origin: string }): string =>
  `the repository ${hideCredentials(origin)}`;

/** That there is no repository at a place of this machine. */
export class NoRepositoryThere extends Error {
  constructor() {
    super('there is no git repository now');
  }
}

/** What git says of a repository that isn't there, on this machine or at a service. */
const NO_REPOSITORY =
  /repository '[^']*' (?:not found|does not exist)|does not appear to be a git repository|ERROR: Repository not found|project you were looking for could not be found|requested URL returned error: (?:404|410)/i;
/** What git says where it needs a login, or the one that it has isn't good enough. */
const NO_ENTRY =
  /Authentication failed|could not read (?:Username|Password)|Permission denied \(|Permission to \S+ denied|Host key verification failed|requested URL returned error: 401/i;

/**
 * What kept `where` from being used: `Outage` if it may pass by itself, `Gone` if it will be so at the next try too. A
 * {@link BatonError} stays what it is.
 */
export const outageAt = (where: string, cause: unknown): BatonError => {
  if (cause instanceof BatonError) return cause;
  const why = hideCredentials(errorText(cause));
  const said = cause instanceof GitError ? cause.stderr : '';
  if (cause instanceof NoRepositoryThere || NO_REPOSITORY.test(said))
    return new BatonError(
      'Gone',
      `${where} is gone: ${why}. Put it back, or mount its disk again; then it can be tried again`,
      { cause, where },
    );
  if (NO_ENTRY.test(said))
    return new BatonError(
      'Gone',
      `${where} doesn't let the worker's user in: ${why}. Give that user a login that works; then it can be tried again`,
      { cause, where },
    );
  return new BatonError('Outage', `${where} can't be used now: ${why}`, { cause, where });
};
