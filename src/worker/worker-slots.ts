import { availableParallelism } from 'node:os';
import { BatonError } from '../domain/failures.ts';

/** One feature at the default concurrency of 3, and the designer of a next one beside it. */
const LEAST_AGENTS = 4;
/** A check takes a core; two, so that one which only waits doesn't hold all others up. */
const LEAST_CHECKS = 2;
/** As many activities as a home runs at once: more would only wait there. */
const MOST = 100;

/** Why `text` can't say how many agents or checks a worker runs at once, or undefined. */
export const slotsProblem = (text: string): string | undefined =>
  /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST
    ? undefined
    : `It is a whole number from 1 to ${MOST}.`;

/**
 * How many agents a worker runs at once: as `BATON_WORKER_AGENTS` says, else one a core and at least 4. Agents wait for
 * their models most of the time.
 * @throws BatonError `BadInput` if that is no such number.
 */
export const workerAgents = (configured: string | undefined): number =>
  configuredSlots('BATON_WORKER_AGENTS', configured) ?? Math.max(LEAST_AGENTS, availableParallelism());

/**
 * How many trees a worker measures at once: as `BATON_WORKER_CHECKS` says, else one a core and at least 2. More checks
 * than cores slow each other down until the first times out.
 * @throws BatonError `BadInput` if that is no such number.
 */
export const workerChecks = (configured: string | undefined): number =>
  configuredSlots('BATON_WORKER_CHECKS', configured) ?? Math.max(LEAST_CHECKS, availableParallelism());

function configuredSlots(variable: string, configured: string | undefined): number | undefined {
  if (configured === undefined || configured === '') return undefined;
  const problem = slotsProblem(configured);
  if (problem !== undefined) throw new BatonError('BadInput', `${variable} is "${configured}". ${problem}`);
  return Number(configured);
}

/**
 * Whether a worker makes sandboxes: as `BATON_WORKER_SANDBOX` says, else on.
 * @throws BatonError `BadInput` if that is neither `on` nor `off`
 */
export const workerSandbox = (configured: string | undefined): 'on' | 'off' => {
  if (configured === undefined || configured === '') return 'on';
  if (configured === 'on' || configured === 'off') return configured;
  throw new BatonError('BadInput', `BATON_WORKER_SANDBOX is "${configured}". It is on or off.`);
};
