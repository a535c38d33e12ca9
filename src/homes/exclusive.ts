/**
 * A readers/writer lock inside the process: agents' runs and ordinary checks take a shared hold, a gate that
 * measures time takes an exclusive one and runs alone. With a bound on shared holds it is a number of slots too.
 */
export interface Exclusive {
  /** Runs `work` beside other shared holders. */
  shared<T>(work: () => Promise<T>, options?: HoldOptions): Promise<T>;
  /** Runs `work` when nobody else holds anything. */
  alone<T>(work: () => Promise<T>, options?: HoldOptions): Promise<T>;
}

export interface HoldOptions {
  /** Ends the waiting (not the work) by rejecting with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly kind: 'shared' | 'alone';
  readonly start: () => void;
}

/**
 * A new lock. Holders are served in the order in which they came, neighbouring shared ones together: so
 * nobody starves, and a waiting gate keeps later runs back only until it had its turn.
 *
 * @param most - shared holds at once; default: any number
 */
export const createExclusive = (most = Number.POSITIVE_INFINITY): Exclusive => {
  const queue: Waiter[] = [];
  let sharedHolders = 0;
  let heldAlone = false;

  const serve = () => {
    for (;;) {
      const next = queue[0];
      if (next === undefined || heldAlone) return;
      if (next.kind === 'alone' ? sharedHolders > 0 : sharedHolders >= most) return;
      queue.shift();
      if (next.kind === 'alone') heldAlone = true;
      else sharedHolders += 1;
      next.start();
    }
  };

  const wait = (kind: Waiter['kind'], signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(signal?.reason);
        serve();
      };
      const waiter: Waiter = {
        kind,
        start: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiter);
      serve();
    });

  const hold = async <T>(kind: Waiter['kind'], work: () => Promise<T>, options?: HoldOptions): Promise<T> => {
    await wait(kind, options?.signal);
    try {
      return await work();
    } finally {
      if (kind === 'alone') heldAlone = false;
      else sharedHolders -= 1;
      serve();
    }
  };

  return {
    shared: (work, options) => hold('shared', work, options),
    alone: (work, options) => hold('alone', work, options),
  };
};
