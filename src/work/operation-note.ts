/** What a home remembers of a command of a release: noted before it begins, so that no two of one are ever at work. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { ReleaseStepResult } from '../domain/activities.ts';
import { BatonError } from '../domain/failures.ts';
import { readTextIfThere } from '../homes/atomic-file.ts';
import { type SessionNote, writeNote } from '../homes/notes.ts';
import type { HomePaths } from '../homes/paths.ts';
import { endTree } from '../processes/end-tree.ts';

/** One try of a release's command. */
export interface OperationNote extends SessionNote {
  /** Its `BATON_OPERATION_ID`, the same in each try. */
  readonly operationId: string;
  /** Its `BATON_RUN`, another in each try. */
  readonly operationRun: string;
  /** What it came to: a repeated activity answers that and runs nothing. */
  readonly ended?: ReleaseStepResult;
}

export const isOperation = (note: SessionNote): note is OperationNote =>
  'operationId' in note && 'operationRun' in note;

/** A new try, on the disk before anything is started. */
export async function noteOperation(
  home: HomePaths,
  of: Pick<OperationNote, 'feature' | 'packet' | 'epoch' | 'runId' | 'operationId'>,
): Promise<OperationNote> {
  const note: OperationNote = { ...of, operationRun: randomUUID() };
  await writeNote(home, note);
  return note;
}

/** Where the command's end is noted by the process that started it, which outlives a worker. */
export const endFile = (home: HomePaths, { feature, packet }: SessionNote): string =>
  path.join(path.dirname(home.session(feature, packet)), `${packet}.ended`);

/**
 * Ends what a try left that was cut off, and sees it gone: services included, since the command begins again. What a
 * command left that ended by itself is its work, and stays.
 *
 * @throws BatonError `StillRunning` if a process of it can't be ended
 */
export async function endOperation(home: HomePaths, note: OperationNote): Promise<void> {
  const { operationId, operationRun, pid, startTime } = note;
  if (note.ended !== undefined || (await readTextIfThere(endFile(home, note))) === operationRun) return;
  const env = { BATON_OPERATION_ID: operationId, BATON_RUN: operationRun };
  const { left } = await endTree({ pid, startTime, env });
  if (left.length > 0)
    throw new BatonError(
      'StillRunning',
      `an earlier try of ${operationId} left process ${left.join(', ')}, which could not be ended: end it by hand, since two of ` +
        'one command must not run at once',
    );
}
