import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentTask, CheckpointAnswer } from '../../domain/agent-protocol.ts';
import {
  editsThere,
  type RecordedEdits,
  type RecordedEvent,
  type RecordedStep,
  type Recording,
  runsToPlay,
} from '../../domain/recording.ts';
import { makeEdits, type PlayFolders, treeIds } from './make-edits.ts';
import { PlayProblem } from './play-problem.ts';
import { readRecordings } from './read-recordings.ts';

/** What a played run needs of its surroundings. */
export interface PlayHost extends PlayFolders {
  /** The next answer to a checkpoint; undefined where no more will come. */
  answer(): Promise<unknown>;
  say(event: object): void;
  /** For people. */
  log(text: string): void;
  /** How long to wait where the recorded run took `ms` milliseconds. */
  pause(ms: number): number;
}

/** Longest reason of a result that failed. */
const MAX_REASON = 2000;

/** Does what the recorded run of the task's packet and attempt did, and ends as it ended. @returns the exit code */
export async function playRun(task: AgentTask, host: PlayHost): Promise<number> {
  try {
    const packet = task.packet?.id ?? 'design';
    const runs = runsToPlay(await readRecordings(host.folder, packet), task.attempt);
    if (typeof runs === 'string')
      throw new PlayProblem(
        `${packet}: ${runs}. More runs are needed than were recorded in ${host.folder}: something went another way ` +
          `here than at the recording. Look for the first difference (baton logs ${task.feature.id} ${packet}), or record anew`,
      );
    return await play(runs, host);
  } catch (error) {
    if (!(error instanceof PlayProblem)) throw error;
    host.say(failed(error.message));
    return 0;
  }
}

const failed = (reason: string) => ({
  type: 'result',
  result: { status: 'failed', reason: reason.slice(0, MAX_REASON) },
});

async function play(runs: readonly Recording[], host: PlayHost): Promise<number> {
  const last = runs.at(-1);
  if (last === undefined) throw new PlayProblem('there is nothing to play');
  // A run that was cut short has no result that counts.
  const steps = runs.flatMap((run) =>
    run === last ? run.steps : run.steps.filter((step) => !isResult(step)),
  );
  const begin = beginning(steps, host);
  const session = steps.slice(0, begin).findLast((step) => isEvent(step, 'session'));
  if (session?.kind === 'event') host.say(session.event);
  let before = steps[begin - 1]?.at ?? 0;
  let answer: unknown;
  for (const step of steps.slice(begin)) {
    // The times of two runs begin at 0 each.
    if (step.kind === 'event') await sleep(host.pause(Math.max(0, step.at - before)));
    before = step.at;
    if (step.kind === 'edits') await makeEdits(step, host);
    else if (step.kind === 'answer') tellDifferences(step.answer, answer, host);
    else if (step.event.type === 'checkpoint') {
      host.say(step.event);
      answer = await host.answer();
      // Baton has ended the run.
      if (answer === undefined) return 0;
    }
    // A rehearsal costs nothing, and its figures must not look as if it did.
    else if (step.event.type !== 'usage') host.say(step.event);
  }
  return endAs(last, host);
}

/** Where to begin: behind the edits that the tree has, where a process before this one made them. */
function beginning(steps: readonly RecordedStep[], { worktree, log }: PlayHost): number {
  const made = steps.filter((step): step is RecordedEdits => step.kind === 'edits');
  const there = editsThere(made, treeIds(worktree, made));
  const last = made[there - 1];
  if (last === undefined) return 0;
  log(`The tree has the edits up to "${last.message}" already: going on from there.`);
  return steps.indexOf(last) + 1;
}

const isEvent = (step: RecordedStep, type: string): step is RecordedEvent =>
  step.kind === 'event' && step.event.type === type;
const isResult = (step: RecordedStep) => isEvent(step, 'result');

/** The checks are run anew; where they say something else, that is what a person is looking for. */
function tellDifferences(recorded: unknown, now: unknown, { log }: PlayHost): void {
  const checksOf = (answer: unknown) => (answer as Partial<CheckpointAnswer> | undefined)?.checks ?? [];
  for (const { name, passed } of checksOf(recorded)) {
    const here = checksOf(now).find((check) => check.name === name);
    const words = (is: boolean | undefined) => (is === undefined ? 'is not run' : is ? 'passes' : 'fails');
    if (here?.passed !== passed)
      log(`The check ${name} ${words(here?.passed)} here. When this was recorded: ${words(passed)}.`);
  }
}

/** Ends as the recorded run ended, where that wasn't its result. */
function endAs({ head, steps }: Recording, { say }: PlayHost): number {
  const { outcome, exitCode, packet, run } = head;
  if (outcome === 'crashed') return exitCode ?? 1;
  if (steps.some(isResult) || outcome === 'no-result') return 0;
  // The answer that could not be read as a result isn't kept; its schema refuses this one too.
  if (outcome === 'invalid') say({ type: 'result', result: null });
  else
    throw new PlayProblem(
      `the recorded run ${run} of ${packet} has no result: it ended "${outcome}". Choose "retry" to play the next run`,
    );
  return 0;
}
