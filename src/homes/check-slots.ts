import { availableParallelism } from 'node:os';

/** A check takes a core; two, so that one which only waits doesn't hold all others up. */
const LEAST = 2;

/** How many checks a worker runs at once if nobody says it. */
export const defaultChecks = (): number => Math.max(LEAST, availableParallelism());

/** The checks, gates and set-ups that one worker runs at once, whatever the features they are for. */
export class CheckSlots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(size: number) {
    this.free = size;
  }

  /** Runs `work` when its turn has come, first come, first served. Aborting `signal` ends the waiting by its reason. */
  async hold<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.turn(signal);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(start), 1);
        reject(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(start);
    });
  }
}
