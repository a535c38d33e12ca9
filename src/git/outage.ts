import { errorText } from '../domain/error-text.ts';
import { BatonError } from '../domain/failures.ts';
import { hideCredentials } from './git-error.ts';

/** The hub, for people. */
export const hubName = ({ hub }: { readonly hub: { readonly url: string } }): string =>
  `the hub ${hideCredentials(hub.url)}`;

/** The origin, for people. */
export const originName = ({ origin }: { readonly origin: string }): string =>
  `the repository ${hideCredentials(origin)}`;

/** What kept `where` from being used, as something that may pass by itself; a {@link BatonError} stays what it is. */
export const outageAt = (where: string, cause: unknown): BatonError =>
  cause instanceof BatonError
    ? cause
    : new BatonError('Outage', `${where} can't be used now: ${hideCredentials(errorText(cause))}`, {
        cause,
        where,
      });
