/**
 * A home that was chosen for a packet hears of its agent at once: the workflow has nothing else to do first. A
 * minute covers a server that is slow; after it the packet was cancelled, and its slot is anybody's.
 */
const PROMISE_MS = 60_000;

interface Waiter {
  readonly who: string;
  readonly start: () => void;
}

/** The agents that one worker may run at once, whatever the features they work for. */
export class AgentSlots {
  private readonly running = new Set<string>();
  private readonly waiting: Waiter[] = [];
  private readonly promised = new Map<string, NodeJS.Timeout>();
  private readonly watchers = new Set<() => void>();

  constructor(readonly size: number) {}

  /** Slots that nobody uses, waits for or was promised; below 0 where more wait. */
  get free(): number {
    return this.size - this.running.size - this.waiting.length - this.promised.size;
  }

  /** How many are in use, and how many runs wait for one. */
  get count(): { readonly size: number; readonly used: number; readonly waiting: number } {
    return { size: this.size, used: this.running.size, waiting: this.waiting.length };
  }

  /** Keeps a slot from being offered to others until the agent of `who` comes, for a minute at most. */
  promise(who: string): void {
    clearTimeout(this.promised.get(who));
    const timer = setTimeout(() => {
      this.promised.delete(who);
      this.changed();
    }, PROMISE_MS);
    timer.unref();
    this.promised.set(who, timer);
  }

  /**
   * Waits for a slot, first come, first served, and until no other run of the same `who` has one: an attempt that
   * the server gave up ends before the next begins. Aborting `signal` ends the waiting by its reason.
   *
   * @param waits - called where there is none at once
   * @returns gives the slot back
   */
  acquire(who: string, signal: AbortSignal, waits: () => void): Promise<() => void> {
    clearTimeout(this.promised.get(who));
    this.promised.delete(who);
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        this.changed();
        reject(signal.reason);
        return;
      }
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason);
        this.changed();
      };
      const waiter: Waiter = {
        who,
        start: () => {
          signal.removeEventListener('abort', giveUp);
          this.running.add(who);
          resolve(() => {
            this.running.delete(who);
            this.serve();
          });
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiter);
      this.serve();
      if (this.waiting.includes(waiter)) waits();
    });
  }

  /** Resolves as soon as `holds` does; looked at whenever something has changed here. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.watchers.delete(look);
        signal.removeEventListener('abort', stop);
      };
      const stop = () => {
        end();
        reject(signal.reason);
      };
      const look = () => {
        if (!holds()) return;
        end();
        resolve();
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.watchers.add(look);
      look();
    });
  }

  /** Has everybody who waits for something look again. */
  changed(): void {
    for (const look of [...this.watchers]) look();
  }

  private serve(): void {
    for (;;) {
      const at = this.waiting.findIndex(({ who }) => !this.running.has(who));
      const [next] = this.running.size < this.size && at >= 0 ? this.waiting.splice(at, 1) : [];
      if (next === undefined) break;
      next.start();
    }
    this.changed();
  }
}
