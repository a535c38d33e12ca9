import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { FailureType } from '../domain/failures.ts';
import { givenUp } from '../work/under-way.ts';
import { failureOf } from './failure-of.ts';

/** Five beats in a heartbeat timeout of 10 s, so that a busy machine may miss some. */
const BEAT_MS = 2000;

/** What an activity's heartbeat shows of its work. */
export interface Beat {
  readonly note?: string;
  readonly percent?: number;
  readonly pid?: number;
  readonly sessionId?: string;
  /** ISO 8601. */
  readonly lastEventAt?: string;
  /** It waits for a slot of the worker, and its agent hasn't begun. */
  readonly waits?: true;
}

export interface Pulse {
  readonly signal: AbortSignal;
  /** Adds to what the next heartbeats show. */
  show(beat: Beat): void;
}

/**
 * Runs a service's work as an activity: heartbeats from a timer of its own, cancellation as an AbortSignal, and
 * errors with their type, so that the workflow knows which can be retried.
 */
export async function withHeartbeat<T>(work: (pulse: Pulse) => Promise<T>): Promise<T> {
  const context = Context.current();
  let shown: Beat = {};
  const beat = () => context.heartbeat(shown);
  beat();
  const timer = setInterval(beat, BEAT_MS);
  try {
    return await work({
      signal: endOf(context),
      show: (more) => {
        shown = { ...shown, ...more };
      },
    });
  } catch (error) {
    throw asFailure(error, context);
  } finally {
    clearInterval(timer);
  }
}

/** The server's word, or that of a later attempt in this worker, which may come first. */
function endOf({ cancellationSignal }: Context): AbortSignal {
  const later = givenUp();
  return later === undefined ? cancellationSignal : AbortSignal.any([cancellationSignal, later]);
}

/** Whether the activity is ended because its worker shuts down: the same work goes on elsewhere or later. */
export const isShuttingDown = (): boolean => Context.current().cancellationDetails?.workerShutdown === true;

/** Ends an attempt so that the next worker makes another. */
export const workerShutdown = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'WorkerShutdown' satisfies FailureType,
    message: 'the worker is shutting down',
    nonRetryable: false,
  });

function asFailure(error: unknown, context: Context): unknown {
  if (context.cancellationSignal.aborted) {
    if (isShuttingDown()) return workerShutdown();
    return new CancelledFailure('cancelled');
  }
  if (givenUp()?.aborted)
    return ApplicationFailure.create({
      type: 'StaleAttempt' satisfies FailureType,
      message: 'the server gave this attempt up, and a later one does the work',
    });
  return failureOf(error, context.info.taskQueue);
}
