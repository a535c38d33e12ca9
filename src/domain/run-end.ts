/** The words for how a run of an agent ended: the same from the process, through its runner, to the workflow. */

/** Baton ended it, for what the agent did or met. */
export type EndedByBaton = 'stalled' | 'timed-out' | 'over-budget' | 'trouble';

/** It came to nothing: there is no result that says done, blocked or failed. */
export type CameToNothing =
  | EndedByBaton
  /** A result that its schema refuses. */
  | 'invalid'
  /** It ended by itself without one. */
  | 'no-result'
  /** A non-zero exit code, and no result. */
  | 'crashed'
  /** Its program can't be started. */
  | 'missing';

/** The workflow or the worker took it back, which is no fault of the agent; `no-session`: its conversation is lost. */
export type TakenBack = 'cancelled' | 'no-session';

/** As a run's figures name it: the agent's own word where its result could be read. */
export type RunOutcome = 'done' | 'blocked' | 'failed' | CameToNothing | TakenBack;
