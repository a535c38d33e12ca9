/** What a home remembers of a run of an agent while it goes on, so that another worker can go on with it. */
import type { FiguresAnew } from '../agents/run-usage.ts';
import type { RunnerOutcome } from '../agents/runner.ts';
import type { AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import { BatonError } from '../domain/failures.ts';
import type { CheckpointRecord, RunFigures } from '../domain/outcomes.ts';
import { costOf, minus, type Price, type Usage, usageSince } from '../domain/prices.ts';
import type { SessionNote } from '../homes/notes.ts';
import type { HomePaths } from '../homes/paths.ts';
import type { GivenKey } from '../homes/runs.ts';
import { endTree } from '../processes/end-tree.ts';
import { endOperation, isOperation } from './operation-note.ts';

/** What a session note keeps beyond what homes know of. */
export interface RunNote extends SessionNote {
  /** BATON_RUN of the newest process. */
  readonly processRun?: string;
  readonly startedAt?: string;
  readonly checkpoints?: readonly CheckpointRecord[];
  /** A tree, or commit: up to here the run's transcript has the edits. */
  readonly edited?: string;
  /**
   * Totals of the session at the start of this run; they count on over runs. Below zero if the agent's figures began anew since:
   * by what it had used in this run before that.
   */
  readonly usage?: Usage;
  /** Totals by now, as far as the agent told them. */
  readonly totals?: Usage;
  /** The agent was seen to count each of its runs from zero. */
  readonly countsEachRun?: true;
  /** A process of this run was cut off before it could tell its figures: what the run spent isn't known. */
  readonly untold?: true;
  /** The agent gave this result; its process had yet to end. Figures that came later are in it. */
  readonly given?: RunnerOutcome;
  /** The agent's process ended so; what it left is still to be taken over, and the agent isn't started again for that. */
  readonly outcome?: RunnerOutcome;
  /**
   * The agent was ended by somebody's wish, and its process ended so. If the run is asked for again, it goes on; if it is
   * given up, this is its end.
   */
  readonly stopped?: RunnerOutcome;
  /** What this run came to when its agent was ended by somebody's wish. If the run is asked for again, it goes on. */
  readonly interrupted?: AgentRunOutcome;
  /** An attempt before this one had begun the run: its agent was started. */
  readonly again?: true;
  /** What this run left could not be taken over. */
  readonly refused?: true;
  /** What the run was given when it began: an attempt after a crash finds another tree. */
  readonly inputs?: GivenKey;
  /** It was taken from an earlier execution: its session is none that can be gone on with. */
  readonly reused?: true;
  /** What it is told of a session that it can't go on with. */
  readonly notice?: string;
  /** Of a fork: why it is made anew. */
  readonly anew?: string;
  /** The run ended, and this is what it came to: a repeated activity answers it and runs nothing. */
  readonly finished?: AgentRunOutcome;
}

/** Names a run for its home. The execution is in it, because a packet that is begun once more counts from 1 again. */
export const runIdOf = (
  feature: string,
  { name, place, run }: Pick<AgentRunInput, 'name' | 'place' | 'run'>,
  execution: string,
): string => `${feature}.${name}.${place.epoch}.${run}.${execution}`;

/** Whether the run's agent was started, or what it came to is known without that. */
export const hasBegun = (note: RunNote): boolean =>
  note.pid !== undefined ||
  note.again === true ||
  note.reused === true ||
  [note.outcome, note.given, note.stopped, note.interrupted, note.finished].some((one) => one !== undefined);

/** Ends what a killed worker left of an agent, or of a command of a release. */
export async function endLeft(home: HomePaths, note: SessionNote): Promise<void> {
  if (isOperation(note)) {
    // What can't be ended keeps the command from being run again, and nobody from anything else.
    await endOperation(home, note).catch((error: unknown) => {
      if (!(error instanceof BatonError)) throw error;
    });
    return;
  }
  const { processRun } = note as RunNote;
  await endTree({
    pid: note.pid,
    startTime: note.startTime,
    env: processRun === undefined ? {} : { BATON_RUN: processRun },
  });
}

/** How the run's agent ended, as far as it was noted: then it isn't started again. */
export const endedIn = ({ outcome, given }: RunNote): RunnerOutcome | undefined => outcome ?? given;

/** The note without the end of the run's agent, which is told by what the run came to from here on. */
export const withoutEnd = ({ outcome: _, given: __, stopped: ___, ...rest }: RunNote): RunNote => rest;

/** The note with figures that came now; they count for a result that was given before them. */
export const withTotals = (note: RunNote, totals: Usage): Partial<RunNote> => ({
  totals,
  ...(note.given !== undefined && { given: { ...note.given, usage: { ...note.given.usage, ...totals } } }),
});

/** The note once an agent's figures began at zero again: what the run had used by then counts on. */
export const withFiguresAnew = (note: RunNote, { last, told, eachRun }: FiguresAnew): Partial<RunNote> => ({
  usage: minus(note.usage ?? {}, last),
  totals: told,
  ...(eachRun && { countsEachRun: true }),
});

/** A new session counts from nothing. */
export const withoutTotals = ({ usage: _, totals: __, ...rest }: RunNote): RunNote => rest;

/** What a run cost, of what its note and its agent's end tell; what one of them doesn't know stays unknown. */
export function runFigures(
  { untold, usage = {}, startedAt }: RunNote,
  outcome: RunnerOutcome,
  {
    price,
    ...known
  }: Pick<RunFigures, 'packet' | 'role' | 'runner' | 'run' | 'resumed' | 'unconfined' | 'anew'> & {
    readonly price: Price | undefined;
  },
): RunFigures {
  const used = untold ? {} : usageSince(usage, outcome.usage ?? {});
  const costUsd = costOf(used, price);
  const { inputTokens, cachedInputTokens, outputTokens } = used;
  return {
    ...known,
    outcome: outcome.kind === 'result' ? outcome.result.status : outcome.kind,
    startedAt: startedAt as string,
    durationMs: outcome.durationMs,
    ...('exit' in outcome && outcome.exit !== undefined && { exit: outcome.exit }),
    ...(inputTokens !== undefined && { inputTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(costUsd !== undefined && { costUsd, costFrom: used.costUsd === undefined ? 'prices' : 'runner' }),
  };
}
