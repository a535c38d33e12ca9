import { InvalidArgumentError, Option } from 'commander';
import { metricsProblem } from '../worker/metrics-address.ts';
import { slotsProblem } from '../worker/worker-slots.ts';

/** Where a dev server's record, reports and handoffs are looked for. */
export const homeOption = (): Option =>
  new Option('--home <folder>', "Baton's folder on this machine (default: $BATON_HOME, else ~/.baton)");

/** How many agents a worker may run at once. */
export const agentsOption = (): Option =>
  new Option(
    '--agents <number>',
    'agents at once in this worker (default: $BATON_WORKER_AGENTS, else one a core and at least 4)',
  ).argParser(slots);

/** How many checks a worker may run at once. */
export const checksOption = (): Option =>
  new Option(
    '--checks <number>',
    'trees in which checks run at once in this worker (default: $BATON_WORKER_CHECKS, else one a core and at least 2)',
  ).argParser(slots);

/** Whether an older build gets the work that the server has for a newer one. */
export const takeBackOption = (): Option =>
  new Option(
    '--take-back',
    'give the work to this build, although a newer one has it; features that only that one can go on with wait',
  );

/** Where a worker serves its metrics. */
export const metricsOption = (): Option =>
  new Option(
    '--metrics <[host:]port>',
    'serve metrics for Prometheus there, on loopback if only a port is given (default: $BATON_METRICS, else nowhere)',
  ).argParser((text) => {
    const problem = metricsProblem(text);
    if (problem !== undefined) throw new InvalidArgumentError(problem);
    return text;
  });

function slots(text: string): number {
  const problem = slotsProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return Number(text);
}

/** A TCP port. */
export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 takes any free one.');
  return value;
}

/** A number of rows. */
export function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1000)
    throw new InvalidArgumentError('It is a whole number from 1 to 1000.');
  return value;
}
