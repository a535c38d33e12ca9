import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../domain/failures.ts';
import { isOfTheMachine } from '../git/git-error.ts';

/** As long as an activity is tried again, after which a person is asked. */
const PATIENCE_MS = 150_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** What is gone is put back at once, or by a person, who is asked as soon as this run has ended. */
const GONE_PATIENCE_MS = 20_000;

/**
 * Does work again while what it needs is away: for what an agent waits for, whose run would have to be ended and resumed
 * otherwise, and for what a run came to, which would have to be asked for again. Aborting `signal` ends the waiting.
 */
export async function throughOutage<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const begun = Date.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() + wait > begun + patienceFor(error)) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}

function patienceFor(error: unknown): number {
  if (!(error instanceof BatonError)) return isOfTheMachine(error) ? PATIENCE_MS : 0;
  return error.type === 'Outage' ? PATIENCE_MS : error.type === 'Gone' ? GONE_PATIENCE_MS : 0;
}
