import { closeSync, fstatSync, ftruncateSync, mkdirSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommitEntry } from '../domain/recording.ts';
import { saysFull } from '../files/full-disk.ts';
import { openToAppend } from '../files/regular-file.ts';
import { blotOut, blotOutDeep, type Secret } from '../processes/secrets/secrets.ts';
import type { RunnerOutcome } from './runner.ts';

/** A run that says more is looked at by its start and its end. */
export const TRANSCRIPT_LIMIT_BYTES = 20 * 1024 * 1024;
/** So much of the end is kept in memory if it can't be written yet. */
const END_BYTES = 256 * 1024;
/** A longer line of log is cut. */
const LOG_LINE_LENGTH = 10_000;

/** One line of a transcript. */
export type TranscriptEntry =
  | { readonly kind: 'task'; readonly task: unknown }
  /** The exact words that a CLI was told. */
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'event'; readonly event: unknown }
  /** A line on the agent's standard input. */
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'stdout' | 'stderr'; readonly text: string }
  | CommitEntry
  /** Baton's own remark. */
  | {
      readonly kind: 'baton';
      readonly text: string;
      /** Of the remark on a process's end: what came of it, and the exit code where that is known. */
      readonly ended?: { readonly outcome: string; readonly exitCode?: number | null };
    };

/**
 * What was said in a run, one JSON object a line with its time (`at`, ISO 8601), secrets blotted out. Appends
 * to what earlier runs left. Above the limit the middle is left out and said to be. While the disk is full, lines wait in
 * memory, the last of them, and are written with the next one that has room: no run ends because its log can't grow.
 */
export class Transcript {
  readonly #fd: number;
  readonly #secrets: readonly Secret[];
  readonly #limit: number;
  #written = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  constructor(file: string, secrets: readonly Secret[], limit = TRANSCRIPT_LIMIT_BYTES) {
    mkdirSync(dirname(file), { recursive: true });
    this.#fd = openToAppend(file);
    this.#secrets = secrets;
    this.#limit = limit;
  }
  write(entry: TranscriptEntry): void {
    const line = lineOf(entry, this.#secrets);
    this.#waiting.push(line);
    this.#waitingBytes += Buffer.byteLength(line);
    if (this.#written + this.#waitingBytes <= this.#limit) this.#writeOut();
    while (this.#waitingBytes > END_BYTES && this.#waiting.length > 1) {
      this.#waitingBytes -= Buffer.byteLength(this.#waiting.shift() ?? '');
      this.#dropped++;
    }
  }
  /** Writes what waits; on a full disk that is lost. */
  close(): void {
    this.#writeOut();
    closeSync(this.#fd);
  }

  #writeOut(): void {
    const remark = this.#dropped > 0 ? this.#leftOut() : '';
    try {
      this.#written += appendWhole(this.#fd, remark + this.#waiting.join(''));
    } catch (error) {
      if (saysFull(String(error))) return;
      throw error;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#dropped = 0;
  }

  #leftOut(): string {
    const isFull = this.#written + this.#waitingBytes <= this.#limit;
    const why = isFull ? 'the disk was full' : `the transcript had reached ${this.#limit} bytes`;
    return lineOf({ kind: 'baton', text: `${this.#dropped} lines left out here: ${why}` }, []);
  }
}

/** Appends an entry to the transcript of a run whose process is held up or gone. */
export const appendEntry = (file: string, entry: TranscriptEntry, secrets: readonly Secret[]): void => {
  const fd = openToAppend(file);
  try {
    appendWhole(fd, lineOf(entry, secrets));
  } finally {
    closeSync(fd);
  }
};

/** Appends all of a text or nothing, and answers its bytes: the last write that has room on a disk may be of a part. */
function appendWhole(fd: number, text: string): number {
  const bytes = Buffer.from(text);
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at);
  } catch (error) {
    if (at > 0) ftruncateSync(fd, fstatSync(fd).size - at);
    throw error;
  }
  return at;
}

/** Of the end of a run's process. */
export const runEndLine = (outcome: RunnerOutcome): TranscriptEntry => ({
  kind: 'baton',
  text: `the run ended: ${outcome.kind}, after ${outcome.durationMs} ms${
    'exit' in outcome && outcome.exit !== undefined
      ? `; its program ended with ${outcome.exit} after its result, which counts all the same`
      : ''
  }`,
  ended: { outcome: outcome.kind, ...('exitCode' in outcome && { exitCode: outcome.exitCode }) },
});

const lineOf = (entry: TranscriptEntry, secrets: readonly Secret[]): string =>
  `${JSON.stringify({ at: new Date().toISOString(), ...safe(entry, secrets) })}\n`;

function safe(entry: TranscriptEntry, secrets: readonly Secret[]): TranscriptEntry {
  if (!('text' in entry)) return blotOutDeep(entry, secrets);
  const text = blotOut(entry.text, secrets);
  const whole = entry.kind === 'prompt' || text.length <= LOG_LINE_LENGTH;
  return { ...entry, text: whole ? text : `${text.slice(0, LOG_LINE_LENGTH)}…` };
}
