/**
 * Runs that can be played again: what a run's transcript keeps of its commits, and the files of a recording, which
 * `baton record` writes and `baton play` reads. A recording is a file of JSON lines for each run, its patches beside it.
 */
import { z } from 'zod';
import type { RunOutcome } from './run-end.ts';
import { schemaProblems } from './schema-findings.ts';

const RECORDING_VERSION = 1;

const text = z.string();

/** A file that differs between two trees; a rename is a removal and an addition. */
const editedFileSchema = z.object({
  path: text,
  status: z.enum(['added', 'modified', 'deleted', 'type-changed']),
  /** Git's id of its content; null where the file isn't there. */
  before: text.nullable(),
  after: text.nullable(),
});
export type EditedFile = z.infer<typeof editedFileSchema>;

const edits = {
  /** The commit that Baton made. */
  commit: text,
  message: text,
  files: z.array(editedFileSchema),
  /** Why there is no patch. */
  reason: text.optional(),
};

/** A line of a transcript: a commit that Baton made in the run. */
export const commitEntrySchema = z.object({
  kind: z.literal('commit'),
  /** The tree at the run's start, or the commit of the entry before: the patch leads from here to `commit`. */
  from: text,
  ...edits,
  /** As `git apply` takes it; null where it isn't kept. */
  patch: z.object({ digest: text, size: z.number(), mediaType: text, home: text }).nullable(),
});
export type CommitEntry = z.infer<typeof commitEntrySchema>;

/** The first line of a recording. */
const headSchema = z.object({
  kind: z.literal('run'),
  version: z.literal(RECORDING_VERSION, { error: 'it is of another version of Baton: record the run anew' }),
  feature: text,
  /** Packet id, or `design`. */
  packet: text,
  run: z.number().int().positive(),
  role: text,
  runner: text,
  model: text.optional(),
  /** ISO 8601. */
  startedAt: text,
  /** How it ended: the status of its result, or what became of a run that has none. */
  outcome: text,
  /** Of a run that crashed. */
  exitCode: z.number().int().optional(),
  /** What a person had answered to the question with which the run before ended. */
  answer: text.optional(),
});
export type RecordedRun = z.infer<typeof headSchema>;

/** Milliseconds of the run that had passed. */
const at = z.number().nonnegative();
const eventSchema = z.object({ kind: z.literal('event'), at, event: z.looseObject({ type: text }) });
const editsSchema = z.object({
  kind: z.literal('edits'),
  at,
  ...edits,
  /** Name of a file beside the recording; null where the patch wasn't kept. */
  patch: text.regex(/^[a-z0-9-]+\.\d+\.\d+\.patch$/, 'a patch is named <packet>.<run>.<n>.patch').nullable(),
});
const answerSchema = z.object({ kind: z.literal('answer'), at, answer: z.unknown() });
const stepSchema = z.discriminatedUnion('kind', [eventSchema, editsSchema, answerSchema]);
export type RecordedEvent = z.infer<typeof eventSchema>;
export type RecordedEdits = z.infer<typeof editsSchema>;
/** What was said or done, in the order in which it has to be played: edits stand before what tells of them. */
export type RecordedStep = z.infer<typeof stepSchema>;

export interface Recording {
  readonly head: RecordedRun;
  readonly steps: readonly RecordedStep[];
}

export const RECORDING_NAME = /^([a-z0-9-]+)\.(\d+)\.jsonl$/;
export const recordingName = (packet: string, run: number): string => `${packet}.${run}.jsonl`;
/** `number` counts the patches of the run from 1. */
export const patchName = (packet: string, run: number, number: number): string =>
  `${packet}.${run}.${number}.patch`;

export const recordingText = ({ head, steps }: Recording): string =>
  [{ ...head, version: RECORDING_VERSION }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');

export const newHead = (run: Omit<RecordedRun, 'kind' | 'version'>): RecordedRun => ({
  kind: 'run',
  version: RECORDING_VERSION,
  ...run,
});

/** Reads a recording, or says which line is wrong and why. */
export function readRecording(content: string): Recording | { readonly problem: string } {
  const [first = '', ...rest] = content.split('\n').filter((line) => line.trim() !== '');
  const problems: string[] = [];
  const read = <T>(schema: z.ZodType<T>, line: string, number: number): T | undefined => {
    const json = parsedJson(line);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    problems.push(`line ${number}: ${schemaProblems(parsed.error, json, schema)}`);
    return undefined;
  };
  const head = read(headSchema, first, 1);
  const steps = rest.map((line, index) => read(stepSchema, line, index + 2));
  return head === undefined || problems.length > 0
    ? { problem: problems[0] ?? 'it is empty' }
    : { head, steps: steps.filter((step) => step !== undefined) };
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** These were ended for reasons outside of the work, and the next run went on with it by itself. */
const CUT_SHORT: readonly string[] = ['cancelled', 'trouble'] satisfies RunOutcome[];

/**
 * The recorded runs that an attempt plays, one after the other: mostly one, but a run that was cut short goes on into
 * the next. An attempt more than were recorded plays the last one again if it came to an end of its own.
 *
 * @returns the runs, or why there is none to play
 */
export function runsToPlay<T extends { readonly head: Pick<RecordedRun, 'run' | 'outcome'> }>(
  recorded: readonly T[],
  attempt: number,
): readonly T[] | string {
  const inOrder = [...recorded].sort((a, b) => a.head.run - b.head.run);
  const attempts: T[][] = [];
  let goesOn = false;
  for (const [index, each] of inOrder.entries()) {
    if (each.head.run !== index + 1) {
      // What an attempt before the gap does is known all the same.
      if (attempt < attempts.length || (attempt === attempts.length && !goesOn)) break;
      return `its run ${index + 1} was not recorded`;
    }
    if (goesOn) attempts.at(-1)?.push(each);
    else attempts.push([each]);
    goesOn = CUT_SHORT.includes(each.head.outcome);
  }
  const runs = attempts[attempt - 1];
  if (runs !== undefined) return runs;
  const last = attempts.at(-1);
  const outcome = last?.at(-1)?.head.outcome;
  if (last === undefined) return 'no run of it was recorded';
  if (outcome === 'done') return last;
  return `this is attempt ${attempt}, there are recordings for ${attempts.length}, and the last ended "${outcome}"`;
}

/**
 * How many of these edits a tree has already: of an agent that is started again after its process was killed, or
 * sent to work again with nothing left to do. The fewest that explain all of its files; 0 where nothing does.
 *
 * @param idOf - git's id of a file's content in the tree; null where it isn't there
 */
export function editsThere(
  made: readonly Pick<RecordedEdits, 'files'>[],
  idOf: (path: string) => string | null,
): number {
  const files = (from: number, to?: number) => made.slice(from, to).flatMap((one) => one.files);
  const paths = [...new Set(files(0).map(({ path }) => path))];
  const now = new Map(paths.map((path) => [path, idOf(path)]));
  for (let count = 0; count <= made.length; count++) {
    const expected = (path: string) => {
      const done = files(0, count).findLast((file) => file.path === path);
      return done === undefined ? files(count).find((file) => file.path === path)?.before : done.after;
    };
    if (paths.every((path) => now.get(path) === expected(path))) return count;
  }
  return 0;
}
