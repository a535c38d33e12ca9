/** A worker that was started on a home. */
export interface RunningWorker {
  /** Id of the home. */
  readonly home: string;
  /** Settles when the worker has stopped; rejects when it failed. */
  readonly finished: Promise<void>;
  /** Stops taking work, ends what runs so that it goes on elsewhere or later, and waits for it. */
  shutdown(): Promise<void>;
}
