import { type ActivityOfAttempt, NO_TRIES, type Tries, type TriesOf } from '../homes/tries.ts';
import type { UnderWay } from '../work/under-way.ts';

/** A turn that comes sooner costs no write. */
const SHORT_WAIT_MS = 100;

/** One attempt at one piece of work. */
export class TriedWork implements UnderWay {
  tries: Tries = NO_TRIES;
  private readonly abort = new AbortController();
  private waiting = 0;
  /** One after the other, or an older note might be the one that stays. */
  private writing: Promise<unknown> = Promise.resolve();
  private begun = false;

  constructor(
    private readonly notes: TriesOf,
    private readonly of: {
      readonly worker: string;
      readonly activity: ActivityOfAttempt;
      readonly durable: boolean;
    },
  ) {}

  get givenUp(): AbortSignal {
    return this.abort.signal;
  }

  giveUp(): void {
    this.abort.abort();
  }

  /** How the tries before this one ended; one that is still noted as under way died with its worker. */
  async read(): Promise<void> {
    const { worker, attempt: _, ...tries } = await this.notes.read();
    const anew = tries.answered !== undefined && tries.answered !== this.of.activity.activityId;
    const died = worker !== undefined && worker !== this.of.worker;
    this.tries = anew ? NO_TRIES : { ...tries, deaths: tries.deaths + (died ? 1 : 0) };
  }

  async begin(): Promise<void> {
    this.begun = true;
    await this.noted({}, 'begins');
  }

  async answered(): Promise<void> {
    this.begun = false;
    await this.noted({ answers: this.tries.answers + 1, answered: this.of.activity.activityId });
  }

  /** Ended by somebody's wish, or about to be. */
  async stopped(): Promise<void> {
    this.begun = false;
    await this.noted({});
  }

  /**
   * `away`: what is away, if that is why.
   * @returns the tries so far. If they couldn't be noted, each attempt counts.
   */
  async failed(lost: boolean, attempt: number, away?: string): Promise<Tries> {
    this.begun = false;
    const { deaths, failures, outage } = this.tries;
    const since = outage?.where === away ? outage?.since : undefined;
    const next = lost
      ? { deaths: deaths + 1 }
      : {
          failures: failures + 1,
          outage: away === undefined ? undefined : { where: away, since: since ?? new Date().toISOString() },
        };
    await this.noted(next).catch(() => {
      this.tries = { ...this.tries, failures: Math.max(this.tries.failures, attempt) };
    });
    return this.tries;
  }

  async forgotten(): Promise<void> {
    this.begun = false;
    await this.writing.catch(() => undefined);
    await this.notes.forget();
  }

  waits(): () => Promise<void> {
    this.waiting += 1;
    let goesOn = false;
    let noted = false;
    const timer = setTimeout(() => {
      noted = true;
      // It stays noted as under way then, which only counts too much.
      this.noted({}).catch(() => undefined);
    }, SHORT_WAIT_MS);
    return async () => {
      if (goesOn) return;
      goesOn = true;
      clearTimeout(timer);
      this.waiting -= 1;
      if (noted) await this.noted({}, 'begins');
    };
  }

  async gotFurther(): Promise<void> {
    if (this.tries.deaths > 0) await this.noted({ deaths: 0 });
  }

  private noted(more: Partial<Tries>, how?: 'begins'): Promise<void> {
    const { since: _, worker: __, attempt: ___, ...tries } = { ...this.tries, ...more };
    const runs = this.begun && this.waiting === 0;
    // Kept while it runs on: its second note tells no other start.
    const since = how === 'begins' ? new Date().toISOString() : this.tries.since;
    const next: Tries = {
      ...tries,
      ...(since !== undefined && { since }),
      ...(runs && { worker: this.of.worker }),
      ...(this.begun && { attempt: this.of.activity }),
    };
    this.tries = next;
    const write = () => {
      if (how !== 'begins') return this.notes.keepIfThere(next);
      return this.of.durable ? this.notes.keep(next) : this.notes.keepSoon(next);
    };
    const written = this.writing.then(write, write);
    this.writing = written.catch(() => undefined);
    return written;
  }
}
