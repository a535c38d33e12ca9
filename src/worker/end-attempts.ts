import type { Client } from '@temporalio/client';
import { ApplicationFailure, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { errorText } from '../domain/error-text.ts';
import type { FailureType } from '../domain/failures.ts';
import type { Home } from '../homes/home.ts';
import { type ActivityOfAttempt, attemptsLeft } from '../homes/tries.ts';
import { grpcCodeOf, NOT_FOUND } from './grpc-code.ts';

/** The server answers in milliseconds; if it doesn't, missing heartbeats tell it the same after 10 s. */
const PATIENCE_MS = 2_000;

/**
 * Tells the server at once which attempts of a home died with its former worker, so that it doesn't wait for heartbeats
 * that won't come. To be called before this home's worker asks for work: until then no attempt of its queue can be alive.
 *
 * @returns a line for each attempt of which the server could not be told
 */
export async function endAttempts(client: Client, home: Pick<Home, 'id' | 'paths'>): Promise<string[]> {
  const left = await attemptsLeft(home.paths);
  const troubles = await Promise.all(
    left.map((attempt) => end(client, home.id, attempt).catch((error: unknown) => ({ attempt, error }))),
  );
  return troubles.flatMap((trouble) =>
    trouble === undefined
      ? []
      : [
          `the server could not be told that ${trouble.attempt.workflowId} lost an attempt, and hears it after missing heartbeats: ` +
            errorText(trouble.error),
        ],
  );
}

async function end(client: Client, home: string, attempt: ActivityOfAttempt): Promise<undefined> {
  const died = ApplicationFailure.create({
    type: 'WorkerDied' satisfies FailureType,
    message: `the worker of home ${home} died`,
    // Whoever says so is there to go on.
    nextRetryDelay: '1 millisecond',
  });
  died.stack = '';
  try {
    await client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.workflowService.respondActivityTaskFailedById({
        ...attempt,
        namespace: client.options.namespace,
        failure: defaultFailureConverter.errorToFailure(died, defaultPayloadConverter),
        identity: `worker of home ${home}`,
      }),
    );
  } catch (error) {
    // It was given up already, or its workflow has ended.
    if (grpcCodeOf(error) !== NOT_FOUND) throw error;
  }
}
