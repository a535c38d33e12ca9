/** Which commands of the repository's run beside each other on this worker. */
import { createExclusive, type Exclusive } from '../homes/exclusive.ts';

/** What a command came to, and in which company. */
export interface Ran<T> {
  readonly value: T;
  /** Whether another command ran at any time while this one did. */
  readonly beside: boolean;
}

export interface TurnOptions {
  /** Ends the waiting (not the work) by rejecting with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Commands of one name run one after the other. */
  readonly exclusive?: string | undefined;
  /** Of a command that is to be alone: after so long it goes on in company. At most, and by default, ten minutes. */
  readonly mostWaitMs?: number;
  /** Told where it has to wait; what it answers is called when the turn has come. */
  readonly waits?: () => () => Promise<void>;
}

/**
 * Ten minutes, as long as a check may take by default: what runs beside has ended by then, or is one of the few that
 * take longer. Who waits keeps others from beginning, so it is better to measure in company than to wait for those.
 */
const MOST_WAIT_MS = 10 * 60_000;

/**
 * Turns of commands. A turn is the last thing that a command waits for, and a command in its turn waits for nobody, so
 * no two ever wait for each other. Who wants to be alone is served in the order in which they came, and who comes later
 * waits for it.
 */
export class CommandTurns {
  private readonly turns = createExclusive();
  private readonly named = new Map<string, { readonly turns: Exclusive; users: number }>();
  private readonly running = new Set<{ beside: boolean }>();
  /** How many run alone or wait for it. */
  private wantAlone = 0;

  constructor(private readonly mostWaitMs = MOST_WAIT_MS) {}

  /** Runs a command beside others, but for those of the same `exclusive`. */
  async shared<T>(work: () => Promise<T>, options: TurnOptions = {}): Promise<Ran<T>> {
    const { exclusive, signal } = options;
    if (exclusive === undefined) return this.inCompany(work, options);
    const entry = this.named.get(exclusive) ?? { turns: createExclusive(), users: 0 };
    this.named.set(exclusive, entry);
    entry.users += 1;
    try {
      const goOn = entry.users > 1 ? options.waits?.() : undefined;
      return await entry.turns.alone(
        async () => {
          await goOn?.();
          return this.inCompany(work, options);
        },
        { signal },
      );
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.named.delete(exclusive);
    }
  }

  /**
   * Runs a command while no other runs: it waits until those that do have ended, and whoever comes meanwhile waits for
   * it. After `mostWaitMs` of that it runs in company.
   */
  async alone<T>(work: () => Promise<T>, options: TurnOptions = {}): Promise<Ran<T>> {
    const { signal } = options;
    const most = Math.min(options.mostWaitMs ?? this.mostWaitMs, this.mostWaitMs);
    // It takes whole milliseconds only, and what a command took is measured in parts of them.
    const enough = AbortSignal.timeout(Math.ceil(most));
    const goOn = options.waits?.();
    let begun = false;
    this.wantAlone += 1;
    try {
      return await this.turns.alone(
        async () => {
          begun = true;
          await goOn?.();
          return this.noted(work);
        },
        { signal: signal === undefined ? enough : AbortSignal.any([signal, enough]) },
      );
    } catch (error) {
      if (begun || signal?.aborted || !enough.aborted) throw error;
    } finally {
      this.wantAlone -= 1;
    }
    await goOn?.();
    return this.shared(work, options);
  }

  private inCompany<T>(work: () => Promise<T>, { signal, waits }: TurnOptions): Promise<Ran<T>> {
    const goOn = this.wantAlone > 0 ? waits?.() : undefined;
    return this.turns.shared(
      async () => {
        await goOn?.();
        return this.noted(work);
      },
      { signal },
    );
  }

  private async noted<T>(work: () => Promise<T>): Promise<Ran<T>> {
    const own = { beside: this.running.size > 0 };
    for (const other of this.running) other.beside = true;
    this.running.add(own);
    try {
      const value = await work();
      return { value, beside: own.beside };
    } finally {
      this.running.delete(own);
    }
  }
}
