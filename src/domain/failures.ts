/**
 * The types of failures that activities throw. Each says whether trying again by itself can help; where it
 * can't, the workflow asks a person or gives feedback to an agent.
 */
export const FAILURES = {
  /** Bad input that passed the client; a retry meets the same input. */
  BadInput: { retryable: false },
  /** The repository, base branch or baton.yaml isn't there or can't be read. */
  Repository: { retryable: false },
  /** A branch on the hub isn't where the workflow recorded it: somebody else moved it. */
  BranchMoved: { retryable: false },
  /** The agent's program isn't there or can't be started. */
  AgentMissing: { retryable: false },
  /** The agent ended without a result, or with a bad exit code. */
  AgentCrashed: { retryable: true },
  /** No event for the stall time. */
  AgentStalled: { retryable: true },
  /** A single run took longer than its timeout. */
  AgentTimeout: { retryable: true },
  /** The set-up command failed. */
  Setup: { retryable: true },
  /** A release command failed. */
  ReleaseCommand: { retryable: false },
  /** The service that pull requests are opened at didn't answer. */
  PullRequest: { retryable: true },
  /** The packet was moved to another home meanwhile. */
  StaleEpoch: { retryable: false },
} as const;
export type FailureType = keyof typeof FAILURES;

/** An error that carries its facts: what happened, where, and what to do. Services throw it. */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  constructor(
    readonly type: FailureType,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
  get retryable(): boolean {
    return FAILURES[this.type].retryable;
  }
}
