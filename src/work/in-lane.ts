import type { Ran } from '../lanes/command-turns.ts';
import { takeLane } from '../lanes/lane.ts';
import { waits } from './under-way.ts';
import type { Site, Workshop } from './workshop.ts';

type Environment = Readonly<Record<string, string>>;

/** Runs `work` with a lane of its own, whose variables it is given. */
export async function inLane<T>(work: (env: Environment) => Promise<T>): Promise<T> {
  const lane = await takeLane();
  try {
    return await work(lane.env);
  } finally {
    await lane.release();
  }
}

export interface InTurn {
  readonly signal?: AbortSignal | undefined;
  /** Those of one name run one after the other on this worker. */
  readonly exclusive?: string | undefined;
  /** Nothing else of this kind beside it. Default false. */
  readonly alone?: boolean;
  /** How long it waits for that; see {@link patienceOf}. */
  readonly mostWaitMs?: number;
}

/** A glance of a test takes less than this on a busy machine. */
const LEAST_PATIENCE_MS = 5_000;

/**
 * How long a command that took so long waits for being alone. What it met is most often another run of itself, which has
 * ended by then; a check that takes far longer isn't to hold up all that wait behind this one.
 */
export const patienceOf = (tookMs: number): number => Math.max(LEAST_PATIENCE_MS, 2 * tookMs);

/** Runs a check, a gate or a command of evidence when its turn has come, in a lane of its own. */
export const inOwnLane = <T>(
  shop: Workshop,
  { alone = false, ...options }: InTurn,
  work: (env: Environment) => Promise<T>,
): Promise<Ran<T>> => shop.commands[alone ? 'alone' : 'shared'](() => inLane(work), { ...options, waits });

/** The same, once more and alone if it came to nothing good while others ran beside it. */
export async function onceMoreAlone<T>(
  shop: Workshop,
  signal: AbortSignal | undefined,
  work: (env: Environment) => Promise<T>,
  isRed: (value: T) => boolean | Promise<boolean>,
): Promise<T> {
  let began = 0;
  const timed = (env: Environment): Promise<T> => {
    began = performance.now();
    return work(env);
  };
  const first = await inOwnLane(shop, { signal }, timed);
  if (!first.beside || !(await isRed(first.value))) return first.value;
  const mostWaitMs = patienceOf(performance.now() - began);
  return (await inOwnLane(shop, { signal, alone: true, mostWaitMs }, work)).value;
}

/** What a check may not run beside; `true` means runs of itself, so it is told from another repository's. */
export const exclusiveName = (
  { repo }: Site,
  name: string,
  exclusive: boolean | string | undefined,
): string | undefined =>
  typeof exclusive === 'string' ? `name ${exclusive}` : exclusive ? `${repo.key} ${name}` : undefined;
