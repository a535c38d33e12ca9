import type { EndedByBaton, TakenBack } from '../domain/run-end.ts';

/** Why Baton ends a run before its process ended. */
type EarlyEnd = EndedByBaton | TakenBack | 'result-came' | 'host-failed';

/**
 * What can end a run, and which of them came first. The stall clock runs only between `resumeStall` and
 * `pauseStall`; everything is still after `dispose`.
 */
export class RunEnd {
  readonly #controller = new AbortController();
  readonly #cancel: AbortSignal;
  readonly #timeout: NodeJS.Timeout;
  readonly #stallMs: number;
  #stall: NodeJS.Timeout | undefined;
  #why: EarlyEnd | undefined;

  constructor(options: {
    readonly stallMs: number;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  }) {
    this.#stallMs = options.stallMs;
    this.#timeout = setTimeout(() => this.end('timed-out'), options.timeoutMs);
    this.#cancel = options.signal;
    this.#cancel.addEventListener('abort', this.#onCancel, { once: true });
    if (this.#cancel.aborted) this.#onCancel();
  }
  /** Undefined while the run goes on. */
  get why(): EarlyEnd | undefined {
    return this.#why;
  }
  /** Aborted when the run is ended early. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** Resolves when the run is ended early. */
  get reached(): Promise<void> {
    if (this.#why !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  end(why: EarlyEnd): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.dispose();
    this.#controller.abort(new Error(`the run was ended: ${why}`));
  }
  /** Starts the stall clock anew. */
  resumeStall(): void {
    this.pauseStall();
    if (this.#why === undefined) this.#stall = setTimeout(() => this.end('stalled'), this.#stallMs);
  }
  pauseStall(): void {
    clearTimeout(this.#stall);
  }
  dispose(): void {
    clearTimeout(this.#timeout);
    this.pauseStall();
    this.#cancel.removeEventListener('abort', this.#onCancel);
  }
  readonly #onCancel = () => this.end('cancelled');
}
