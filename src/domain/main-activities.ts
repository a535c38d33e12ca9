/** Activities that touch no tree: the contract between workflows and src/activities. */
import type { Ticket, ToDeliver } from './messages.ts';

/** Activities that need no files; on the task queue `baton`. */
export interface MainActivities {
  /**
   * The home of whichever worker takes this. On `baton` that is any; on `baton-free` one with an agent slot free,
   * which is then kept for the caller.
   */
  chooseHome(input: { readonly feature: string }): Promise<{ readonly home: string }>;
  /** A place in a queue workflow, which is started where it isn't running. */
  enterQueue(input: Ticket): Promise<void>;
  /** Whether a workflow is still running, for leases; with `firstRunId` only an execution of its, or of a reset of it. */
  isRunning(input: {
    readonly workflowId: string;
    readonly firstRunId?: string;
  }): Promise<{ readonly running: boolean }>;
  /** Sends a feature by update what it can't be sent by signal any more. */
  deliver(input: ToDeliver): Promise<void>;
  /**
   * Asks the execution that runs under an id to end, or terminates it with `force`; answers whether one still runs.
   * For children of an execution of a feature that was reset.
   */
  endExecution(input: {
    readonly workflowId: string;
    readonly force: boolean;
  }): Promise<{ readonly running: boolean }>;
}

/** Answers that the home's worker is there; on a queue with slots of its own. */
export interface PingActivities {
  ping(input: { readonly home: string }): Promise<{ readonly home: string }>;
}
