import { ApplicationFailure } from '@temporalio/common';
import type { KnownSecrets } from '../processes/secrets/known-secrets.ts';

/**
 * Activities whose answers and errors hold no known secret, whatever they do: the one way from a worker's processes into
 * a history. Asked for the secrets when they answer, since an activity may be the first that learns of them.
 */
export const withoutSecrets = <T extends object>(activities: T, secrets: KnownSecrets): T =>
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      async (...args: unknown[]) => {
        try {
          return secrets.deep(await (activity as (...all: unknown[]) => Promise<unknown>)(...args));
        } catch (error) {
          throw withoutSecretsIn(error, secrets);
        }
      },
    ]),
  ) as T;

/** The same error: its class and type decide what becomes of it, so only its words change. */
export function withoutSecretsIn(error: unknown, secrets: KnownSecrets): unknown {
  if (!(error instanceof Error)) return secrets.deep(error);
  const write = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
  write('message', secrets.text(error.message));
  if (error.stack !== undefined) write('stack', secrets.text(error.stack));
  if (error.cause !== undefined) write('cause', withoutSecretsIn(error.cause, secrets));
  if (error instanceof ApplicationFailure && error.details !== undefined && error.details !== null)
    write('details', secrets.deep(error.details));
  return error;
}
