/**
 * The runner contract: how Baton runs an agent, whatever the agent is.
 *
 * A runner starts one process (or session) for one task, translates what it says into the events of the agent
 * protocol, and tells how it ended. It must not
 *  - judge the work: whether tests pass or criteria are met is measured elsewhere;
 *  - retry: every outcome goes to the caller, who knows how often it was tried and what it cost;
 *  - touch git: `host.checkpoint` commits;
 *  - invent figures: a count that the agent doesn't tell stays absent, which means unknown, never zero;
 *  - leave anything running: when `run` settles, nothing that carries its BATON_RUN lives.
 * It throws only when a callback of the host threw or the request can't be carried out at all (no such
 * folder); everything an agent can do wrong is an outcome.
 */
import type { AgentEvent, AgentResult, AgentTask, CheckpointAnswer } from '../domain/agent-protocol.ts';
import type { Trouble } from '../domain/agent-trouble.ts';
import type { AgentConfig } from '../domain/crew-config.ts';
import type { Price, Usage } from '../domain/prices.ts';
import type { CameToNothing, TakenBack } from '../domain/run-end.ts';
import type { Secret } from '../processes/secrets/secrets.ts';
import type { Confined, Unconfined } from '../sandbox/sandbox.ts';
import type { Remark } from './remarks.ts';
import type { FiguresAnew } from './run-usage.ts';

export interface AgentRunRequest {
  readonly task: AgentTask;
  readonly role: AgentConfig;
  /** The sandbox around it, made for this run. Absent: nobody asked for one. */
  readonly confined?: Confined | Unconfined;
  /** The agent's worktree: the same over all attempts, because CLIs find their sessions by it. */
  readonly cwd: string;
  /** The agent's HOME folder, the same over all attempts; it exists. */
  readonly home: string;
  /** Already allow-listed (see `allowedEnvironment`). Values of the variables in `role.env` are blotted out. */
  readonly env: Readonly<Record<string, string>>;
  /** Set as BATON_RUN: by it the run's whole process tree is found again, also after a crash of the worker. */
  readonly runId: string;
  /** The id for the session that begins, if the runner takes one; absent where a session goes on. */
  readonly sessionId?: string;
  /** No event for so many milliseconds: the run is ended as `stalled`. */
  readonly stallMs: number;
  /** Longest run, in milliseconds, checkpoints included. */
  readonly timeoutMs: number;
  /** Aborted: the run is ended as `cancelled`. */
  readonly signal: AbortSignal;
  /** Where the transcript is appended, JSON lines: the task first, then events and log with their times. */
  readonly transcriptFile: string;
  /** Blotted out of all that is kept or told, beside the values of the agent's own variables. Default: none. */
  readonly secrets?: readonly Secret[];
  /** Totals of the session at the start of this run: a tool that tells figures of one run has them added. */
  readonly spent: Usage;
  /** The agent was seen to count each of its runs from zero. Default: it counts on. */
  readonly countsEachRun?: boolean;
  /** Of the model, for `role.budget`, where the tool tells no cost. */
  readonly price?: Price | undefined;
}

/** Pid and start time name the process for ever; see `startTimeOf`. */
export interface StartedProcess {
  readonly pid: number;
  readonly startTime: string;
}

export interface CheckpointRequest {
  readonly message: string;
  /** Names of the checks to run. */
  readonly run: readonly string[];
}

/** What the caller does for a run. An error thrown by any of these ends the run and is thrown by it. */
export interface AgentRunHost {
  /** Awaited before the agent gets its task. */
  started(process: StartedProcess): void | Promise<void>;
  /** Awaited before the next event is read. Also told of a session that is named while the run is ended. */
  session(session: { readonly id: string }): void | Promise<void>;
  /**
   * Awaited as soon as a result came, before it is written down anywhere else: the run as far as it is known, its process
   * still to end. Figures that come later are events.
   */
  result(outcome: RunnerOutcome): void | Promise<void>;
  /** Every valid event, as it comes, secrets blotted out; of those after the run's end its figures. Must not take long. */
  event(event: AgentEvent): void;
  /** Told before the figures that show it. They need no counting on from what the session had used. */
  figuresAnew?(anew: FiguresAnew): void;
  /** Commits, runs the checks, answers; the stall clock stands still meanwhile. `signal`: the run has ended. */
  checkpoint(request: CheckpointRequest, signal: AbortSignal): Promise<CheckpointAnswer>;
}

/** What is known of every run, however it ended. */
export interface AgentRunFacts {
  readonly sessionId?: string;
  /** It said something of its work: a note of progress, a checkpoint or a result. A session's id alone says nothing. */
  readonly heard?: true;
  /** Absolute totals of the session. */
  readonly usage?: Usage;
  readonly durationMs: number;
  /** What was odd about its lines; absent: nothing. */
  readonly remarks?: readonly Remark[];
  /** Which lines looked like events and why they are none, for the agent's author; absent: none did. */
  readonly misread?: string;
  /** Lines of standard output. */
  readonly lines: number;
  /** Bytes of standard output and error. */
  readonly bytes: number;
  /** The last lines of log, at most 4,000 characters. */
  readonly tail: string;
}

/** How the program ended after its result (`exit code 1`, `signal SIGSEGV`); absent: with exit code 0, or by Baton. */
interface UnusualExit {
  readonly exit?: string;
}

/** What is known besides of a run that came to nothing. */
interface KnownOf extends Record<CameToNothing | TakenBack, object> {
  /** A result came that the phase's schema refuses. `problems` is written for the agent to read. */
  readonly invalid: { readonly problems: string; readonly excerpt: string } & UnusualExit;
  /** It ended with exit code 0, or by a signal that Baton didn't send, and had no result. */
  readonly 'no-result': { readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };
  /** A non-zero exit code, and no result before it. */
  readonly crashed: { readonly exitCode: number };
  /** The program isn't there or can't be started; `message` says what to do. */
  readonly missing: { readonly message: string };
  /** The provider, the account or the settings are in the way, not the work. */
  readonly trouble: { readonly trouble: Trouble };
  /** It had used up `role.budget` and was ended. */
  readonly 'over-budget': { readonly message: string };
}

export type RunnerOutcome = AgentRunFacts &
  (
    | ({ readonly kind: 'result'; readonly result: AgentResult } & UnusualExit)
    | { [kind in keyof KnownOf]: { readonly kind: kind } & KnownOf[kind] }[keyof KnownOf]
  );

export interface AgentRunner {
  /** The name in `crew.<phase>.runner`. */
  readonly name: string;
  /** Its figures are of one process and told at that one's end: those of a process that was cut off stay unknown. */
  readonly figuresAtEnd?: true;
  /** It takes the id of a session that begins from outside (a UUID), so that the session is known before the start. */
  readonly takesSession?: true;
  run(request: AgentRunRequest, host: AgentRunHost): Promise<RunnerOutcome>;
}
