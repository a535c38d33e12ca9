import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { Given } from '../domain/given.ts';
import type { RunFigures } from '../domain/outcomes.ts';
import { readTextIfThere } from './atomic-file.ts';
import { type HomePaths, pathSegment } from './paths.ts';

/** A run of an agent as its home remembers it; what is measured at its end is absent until then. */
export type RunRecord = Pick<RunFigures, 'packet' | 'run' | 'role' | 'runner' | 'startedAt'> &
  Partial<RunFigures> & {
    /** As configured; absent where none is. */
    readonly model?: string;
    /** ISO 8601. */
    readonly endedAt?: string;
    /** What it was given, by which it is known again in a fork. */
    readonly inputs?: GivenKey;
    /** What it came to, whole, if a fork may take it: a result that says done or blocked. */
    readonly kept?: ArtifactRef;
  };

/** What a run was given, hashed. */
export interface GivenKey {
  /** Of all parts together. */
  readonly key: string;
  /** Of each part, to say in which two runs differ. */
  readonly parts: Given;
}

/** Beside the report: it has to be there for as long as that is, and what is in `sessions` goes at the feature's end. */
const indexFile = (home: HomePaths, feature: string): string =>
  path.join(home.dir, 'reports', `${pathSegment(feature)}.runs.jsonl`);

/** Name of a running transcript among the feature's own files; `tree` is a packet's id or `design`. */
export const transcriptName = (tree: string, run: number): string => `${tree}.${run}.transcript.jsonl`;

/** Where the transcript of a run is written while it goes on; afterwards it is an artifact. */
export const transcriptFile = (home: HomePaths, feature: string, { packet, run }: RunRecord): string =>
  path.join(home.sessions, pathSegment(feature), transcriptName(pathSegment(packet), run));

/** Notes that a run began, or (with its `outcome`) how it ended. May be told again after a crash. */
export const recordRun = async (home: HomePaths, feature: string, record: RunRecord): Promise<void> => {
  const file = indexFile(home, feature);
  await mkdir(path.dirname(file), { recursive: true });
  // A full disk may have left half a line.
  await appendFile(file, `\n${JSON.stringify(record)}\n`, { mode: 0o600 });
};

/**
 * The runs of a feature that this home made, in the order they began. A run that was interrupted and made again is
 * there twice, since it left two transcripts; one that was cut off by a crash goes on in its first.
 */
export const readRuns = async (home: HomePaths, feature: string): Promise<RunRecord[]> => {
  const runs: RunRecord[] = [];
  for (const line of ((await readTextIfThere(indexFile(home, feature))) ?? '').split('\n')) {
    const record = parsed(line);
    if (record === undefined) continue;
    const at = runs.findLastIndex(({ packet, run }) => packet === record.packet && run === record.run);
    const before = runs[at];
    const goesOn = before?.outcome === undefined || record.outcome !== undefined;
    if (before?.startedAt === record.startedAt && goesOn) runs[at] = record;
    else runs.push(record);
  }
  return runs;
};

/** A line that a crash of the machine left half written is no record. */
function parsed(line: string): RunRecord | undefined {
  if (line === '') return undefined;
  try {
    const value = JSON.parse(line) as Partial<RunRecord> | null;
    const whole =
      typeof value?.packet === 'string' &&
      typeof value.run === 'number' &&
      typeof value.role === 'string' &&
      typeof value.runner === 'string' &&
      typeof value.startedAt === 'string';
    return whole ? (value as RunRecord) : undefined;
  } catch {
    return undefined;
  }
}
