import { availableParallelism } from 'node:os';
import { BatonError } from '../domain/failures.ts';

/** One feature at the default concurrency of 3, and the designer of a next one beside it. */
const LEAST = 4;
/** As many activities as a home runs at once: more would only wait there. */
const MOST = 100;

/** Why `text` can't say how many agents a worker runs at once, or undefined. */
export const agentsProblem = (text: string): string | undefined =>
  /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST
    ? undefined
    : `It is a whole number from 1 to ${MOST}.`;

/**
 * How many agents a worker runs at once: as `BATON_WORKER_AGENTS` says, else one a core and at least 4. Agents wait for
 * their models most of the time, but each runs checks, and those take a core.
 * @throws BatonError `BadInput` where that is no such number.
 */
export function workerAgents(configured: string | undefined): number {
  if (configured === undefined || configured === '') return Math.max(LEAST, availableParallelism());
  const problem = agentsProblem(configured);
  if (problem !== undefined)
    throw new BatonError('BadInput', `BATON_WORKER_AGENTS is "${configured}". ${problem}`);
  return Number(configured);
}
