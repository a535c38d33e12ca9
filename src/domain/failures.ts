/**
 * Every type of failure that Baton throws: held against the sources, both ways, by test/domain/failures.test.ts.
 * `from` says who throws it; `retryable` whether trying again by itself can help. Where it can't, the workflow asks a
 * person or gives feedback to an agent.
 */
export const FAILURES = {
  /** Bad input that passed the client; a retry meets the same input. */
  BadInput: { from: 'service', retryable: false },
  /** The repository, base branch or baton.yaml isn't there or can't be read. */
  Repository: { from: 'service', retryable: false },
  /** A branch on the hub isn't where the workflow recorded it: somebody else moved it. */
  BranchMoved: { from: 'service', retryable: false },
  /**
   * Something that the work needs and that isn't Baton's is away, full or locked: the hub, the origin, the machine's disk.
   * Tried again for two and a half minutes, since a server that is restarted or fails over is back within two.
   */
  Outage: { from: 'service', retryable: true },
  /**
   * The same, where it will be so at the next try too: the repository is no more, or doesn't let this worker in. A person
   * is asked at once.
   */
  Gone: { from: 'service', retryable: false },
  /** The set-up command failed. */
  Setup: { from: 'service', retryable: true },
  /**
   * A service of baton.yaml didn't get ready, or ended while it was used. It was started, or what used it measured, twice
   * by then; what is wrong is most often its command, so a person is asked.
   */
  ServiceFailed: { from: 'service', retryable: false },
  /** The service that pull requests are opened at didn't answer. */
  PullRequest: { from: 'service', retryable: true },
  /** The packet was moved to another home meanwhile. */
  StaleEpoch: { from: 'service', retryable: false },
  /** What an earlier try left running could not be ended, so it may not begin again beside that. */
  StillRunning: { from: 'service', retryable: true },
  /** The process that starts commands and agents died, and all that it had started was ended. */
  ProcessesLost: { from: 'service', retryable: true },
  /** Workers died of this work as often as it may be tried, or its answer was never taken. */
  TriesUsedUp: { from: 'activity', retryable: false },
  /** A message found nobody who takes it: the feature has ended, or refuses it. */
  NotDelivered: { from: 'activity', retryable: false },
  /** The server gave this attempt up while its worker stood still: a later one does the work. */
  StaleAttempt: { from: 'activity', retryable: true },
  /** The worker of a home died: the one after it tells the server, which makes another attempt. */
  WorkerDied: { from: 'activity', retryable: true },
  /** The worker shuts down: the next one makes another attempt. */
  WorkerShutdown: { from: 'activity', retryable: true },
  /** The worker's last agent slot was taken while a packet was on its way to it. */
  NoFreeSlot: { from: 'activity', retryable: true },
  /**
   * The feature was paused before the agent began: the workflow runs it once the feature is resumed. Or the workflow gave a
   * run up, and no agent had begun.
   */
  HeldBack: { from: 'activity', retryable: false },
  /** A home didn't answer for as long as the rules say; the work is set up in another. */
  HomeGone: { from: 'workflow', retryable: false },
  /** A person chose `stop`: ends the feature from any part of it. */
  Stopped: { from: 'workflow', retryable: false },
  /** By which the caller of an update hears why it is refused. */
  DecisionRefused: { from: 'workflow', retryable: false },
} as const;
export type FailureType = keyof typeof FAILURES;

/** Those that services throw, as a {@link BatonError}. */
export type ServiceFailure = {
  [type in FailureType]: (typeof FAILURES)[type]['from'] extends 'service' ? type : never;
}[FailureType];

/** Whether a type that came from elsewhere is one of the list. */
export const isFailureType = (type: unknown): type is FailureType =>
  typeof type === 'string' && Object.hasOwn(FAILURES, type);

/** Failures of activities that a retry meets again. */
export const NOT_RETRIED: FailureType[] = Object.keys(FAILURES)
  .filter(isFailureType)
  .filter((type) => FAILURES[type].from !== 'workflow' && !FAILURES[type].retryable);

/** An error that carries its facts: what happened, where, and what to do. Services throw it. */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  constructor(
    readonly type: ServiceFailure,
    message: string,
    options?: {
      cause?: unknown;
      /** Of an `Outage`, and of what is `Gone`: what is away, in words for people. Work that waits for the same thing is asked about once. */
      where?: string;
    },
  ) {
    super(message, options);
    this.where = options?.where;
  }
  readonly where: string | undefined;
  get retryable(): boolean {
    return FAILURES[this.type].retryable;
  }
}
