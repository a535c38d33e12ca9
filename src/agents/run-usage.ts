import { fellBelow, minus, type Usage, usageSince } from '../domain/prices.ts';

/** The figures of a process begin at zero, though it goes on with a session that had used something. */
export interface FiguresAnew {
  /** Where the figures stood that aren't counted on. */
  readonly last: Usage;
  /** What the process told that counts from zero. */
  readonly told: Usage;
  /** The agent counts each of its runs from zero, and does so in the next one too. */
  readonly eachRun: boolean;
}

/**
 * What an agent's process says it used. By the protocol these are totals of the session. Some agents begin at zero with each
 * process, or with each id of a session: totals only grow, so figures that fall have begun anew.
 */
export class RunUsage {
  #base: Usage;
  #told: Usage | undefined;
  #anew = false;
  readonly #from: { readonly spent: Usage; readonly resumed: boolean; readonly eachRun: boolean };
  readonly #onAnew: (anew: FiguresAnew) => void;

  /**
   * @param from - the session's totals when the process began; whether it goes on with that session; whether the agent was
   * seen to count each run from zero
   * @param onAnew - told before what was used is asked for
   */
  constructor(
    from: { readonly spent: Usage; readonly resumed: boolean; readonly eachRun: boolean },
    onAnew: (anew: FiguresAnew) => void,
  ) {
    this.#from = from;
    this.#base = from.spent;
    this.#onAnew = onAnew;
  }

  /** As last told; undefined: nothing was. */
  get totals(): Usage | undefined {
    return this.#told;
  }

  /** By this process. */
  get used(): Usage {
    return usageSince(this.#base, this.#told ?? {});
  }

  /** Figures that the agent told. Totals only grow, so a later event adds to what an earlier one left unknown. */
  add(figures: Usage, ofRun: boolean): void {
    const known = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
    const { spent, resumed, eachRun } = this.#from;
    if (ofRun || (resumed && eachRun)) this.fromZero();
    const last = this.#anew ? (this.#told ?? {}) : { ...spent, ...this.#told };
    if (fellBelow(last, known)) {
      const first = resumed && this.#told === undefined;
      this.#base = minus(this.#base, last);
      this.#told = {};
      this.#anew = true;
      this.#onAnew({ last, told: {}, eachRun: first });
    }
    this.#told = { ...this.#told, ...known };
  }

  /** All that this process tells counts from zero: its session is another, or the agent says so. */
  fromZero(): void {
    if (this.#anew || !this.#from.resumed) return;
    const { spent, eachRun } = this.#from;
    this.#anew = true;
    this.#base = minus(this.#base, spent);
    this.#onAnew({ last: spent, told: this.#told ?? {}, eachRun });
  }
}
