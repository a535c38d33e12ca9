import { AsyncLocalStorage } from 'node:async_hooks';
import type { KeyedMutex } from '../git/mutex.ts';

/** What an activity has under way, as far as its services tell: they wait for turns, and get further. */
export interface UnderWay {
  /** Aborted when a later attempt at the same is to begin: the server gave this one up. */
  readonly givenUp: AbortSignal;
  /** It waits from now on, until what this answers is called; calling that again does nothing. */
  waits(): () => Promise<void>;
  /** What was done so far is kept: it isn't done again after a crash. */
  gotFurther(): Promise<void>;
}

const current = new AsyncLocalStorage<UnderWay>();

/** Runs `work` with all that it calls knowing what is under way. */
export const underWay = <T>(what: UnderWay, work: () => Promise<T>): Promise<T> => current.run(what, work);

/** Aborted if what is under way is to end for a later attempt at it; undefined if nothing is known to be under way. */
export const givenUp = (): AbortSignal | undefined => current.getStore()?.givenUp;

/** Told by whoever waits for a turn. @returns what to call when the turn has come */
export const waits = (): (() => Promise<void>) => current.getStore()?.waits() ?? (async () => {});

/** Told by whoever has kept a part of its work. */
export const gotFurther = async (): Promise<void> => current.getStore()?.gotFurther();

/** `work` for a turn that is waited for from now on. */
export const inTurn = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  const goOn = waits();
  return async () => {
    await goOn();
    return work();
  };
};

/** A mutex whose waiting is known for such. */
export const toldWaiting =
  (mutex: KeyedMutex): KeyedMutex =>
  (key, work) =>
    mutex(key, inTurn(work));
