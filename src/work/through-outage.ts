import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../domain/failures.ts';
import { isOfTheMachine } from '../git/git-error.ts';

/** As long as an activity is tried again, after which a person is asked. */
const PATIENCE_MS = 150_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Does work again while what it needs is away: for what an agent waits for, whose run would have to be ended and resumed
 * otherwise. Aborting `signal` ends the waiting.
 */
export async function throughOutage<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || Date.now() + wait > end) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}

const isOutage = (error: unknown): boolean =>
  error instanceof BatonError ? error.type === 'Outage' : isOfTheMachine(error);
