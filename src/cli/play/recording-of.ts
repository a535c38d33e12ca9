import type { ArtifactRef } from '../../domain/artifact.ts';
import {
  type CommitEntry,
  commitEntrySchema,
  newHead,
  patchName,
  type RecordedEdits,
  type RecordedEvent,
  type RecordedStep,
  type Recording,
} from '../../domain/recording.ts';
import type { RunRecord } from '../../homes/runs.ts';

/** What can be made of a run's transcript. */
export interface MadeRecording {
  readonly recording: Recording;
  /** Patches to put beside it, by their file names. */
  readonly patches: ReadonlyMap<string, ArtifactRef>;
  /** What keeps it from being played to its end, in words. */
  readonly missing: readonly string[];
}

/** A line of a transcript, whatever it holds. */
type Entry = Readonly<Record<string, unknown>>;
/** Edits while they are gathered, with what tells whether they follow each other. */
type Gathered = RecordedEdits & Pick<CommitEntry, 'from'> & { readonly ref: ArtifactRef | null };
type Gathering = Exclude<RecordedStep, { kind: 'edits' }> | Gathered;

const LOST_EDITS =
  'edits are missing in the transcript, which had reached its largest size or was cut off by a crash';

/**
 * Makes a recording of a run's transcript. Of a run that was cut off and made again the transcript is all that was
 * said in it: played, it is one run.
 *
 * @param lines - the transcript's; those of several where the run left several
 */
export function recordingOf(feature: string, run: RunRecord, lines: readonly string[]): MadeRecording {
  const tape = new Tape(Date.parse(run.startedAt));
  for (const line of lines) tape.entry(parsed(line));
  const { steps, exitCode, answer } = tape;
  const outcome = run.outcome ?? 'unknown';
  const head = newHead({
    feature,
    packet: run.packet,
    run: run.run,
    role: run.role,
    runner: run.runner,
    ...(run.model !== undefined && { model: run.model }),
    startedAt: run.startedAt,
    outcome,
    ...(exitCode !== undefined && { exitCode }),
    ...(answer !== undefined && { answer }),
  });
  const patches = new Map<string, ArtifactRef>();
  const missing: string[] = [];
  // Its last remark tells of the end since commits are kept too.
  if (!tape.ended) missing.push('an earlier version of Baton made it and kept no edits');
  const result = steps.some((step) => step.kind === 'event' && step.event.type === 'result');
  if (!result && ['done', 'blocked', 'failed'].includes(outcome))
    missing.push('its result is missing in the transcript');
  const made = steps.map((step): RecordedStep => {
    if (step.kind !== 'edits') return step;
    const { ref, from: _, ...edits } = step;
    if (ref === null) {
      missing.push(`the edits of "${edits.message}": ${edits.reason ?? 'no patch was kept'}`);
      return edits;
    }
    const name = patchName(run.packet, run.run, patches.size + 1);
    patches.set(name, ref);
    return { ...edits, patch: name };
  });
  return { recording: { head, steps: made }, patches, missing };
}

/** Puts the entries of a transcript in the order in which they have to be played. */
class Tape {
  steps: Gathering[] = [];
  /** Of the process that ended last. */
  exitCode: number | undefined;
  answer: string | undefined;
  ended = false;
  #passed = 0;
  #last: number;
  /** The checkpoint or result for which Baton commits next: the edits come before it. */
  #reported: Gathering | undefined;

  constructor(start: number) {
    this.#last = start;
  }

  entry(entry: Entry): void {
    const at = this.#time(entry);
    if (entry.kind === 'task') this.#task(entry.task);
    if (entry.kind === 'event') this.#event(at, entry.event as RecordedEvent['event']);
    if (entry.kind === 'commit') this.#commit(at, commitEntrySchema.parse(entry));
    if (entry.kind === 'answer') {
      this.#reported = undefined;
      this.steps.push({ kind: 'answer', at, answer: entry.answer });
    }
    if (entry.kind === 'baton' && entry.ended !== undefined) {
      this.ended = true;
      this.exitCode = (entry.ended as { readonly exitCode?: number | null }).exitCode ?? undefined;
    }
  }

  /** Whoever plays it waits for no answer to a session. */
  #event(at: number, { confirm: _, ...event }: RecordedEvent['event']): void {
    const step: Gathering = { kind: 'event', at, event };
    this.steps.push(step);
    if (event.type === 'checkpoint' || event.type === 'result') this.#reported = step;
  }

  /** A process began: where it isn't the first, the one before was cut off, and the time between counts for nothing. */
  #task(task: unknown): void {
    const { resume } = (task ?? {}) as { readonly resume?: { readonly answer?: string | null } | null };
    this.answer ??= resume?.answer ?? undefined;
    // Nothing came of it, and the next process has said it again.
    const reported = this.#reported;
    if (reported !== undefined) this.steps = this.steps.filter((step) => step !== reported);
    this.#reported = undefined;
  }

  #commit(at: number, { kind: _, patch, ...entry }: CommitEntry): void {
    const before = this.steps.filter((step): step is Gathered => step.kind === 'edits');
    const again = before.findIndex(({ from }) => from === entry.from);
    // A crash before it was noted that the transcript has them: these are the same edits and more.
    const dropped = again < 0 ? [] : before.slice(again);
    this.steps = this.steps.filter((step) => !dropped.some((one) => one === step));
    const last = before[again < 0 ? before.length - 1 : again - 1];
    const follows = last === undefined || last.commit === entry.from;
    const edits: Gathered = follows
      ? { kind: 'edits', at, ...entry, patch: null, ref: patch }
      : { kind: 'edits', at, ...entry, patch: null, ref: null, reason: LOST_EDITS };
    const place = this.#reported === undefined ? -1 : this.steps.indexOf(this.#reported);
    if (place < 0) this.steps.push(edits);
    else this.steps.splice(place, 0, { ...edits, at: this.steps[place]?.at ?? at });
    this.#reported = undefined;
  }

  /** Milliseconds of work so far. */
  #time(entry: Entry): number {
    const now = typeof entry.at === 'string' ? Date.parse(entry.at) : Number.NaN;
    if (Number.isNaN(now)) return this.#passed;
    // A clock may be set back.
    if (entry.kind !== 'task') this.#passed += Math.max(0, now - this.#last);
    this.#last = now;
    return this.#passed;
  }
}

/** A line that a crash left half written is no entry. */
function parsed(line: string): Entry {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Entry) : {};
  } catch {
    return {};
  }
}
