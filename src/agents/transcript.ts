import { closeSync, mkdirSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommitEntry } from '../domain/recording.ts';
import { saysFull } from '../files/full-disk.ts';
import { openToAppend } from '../files/regular-file.ts';
import { blotOut, blotOutDeep, type Secret } from '../processes/secrets/secrets.ts';
import type { RunnerOutcome } from './runner.ts';

/** A run that says more is looked at by its start and its end. */
export const TRANSCRIPT_LIMIT_BYTES = 20 * 1024 * 1024;
/** So much of the end is kept in memory once the limit is reached, and written at the close. */
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
 * to what earlier runs left. Above the limit the middle is left out and said to be. What a full disk has no room for is
 * written as soon as it has: no run ends because its log can't grow for a moment.
 */
export class Transcript {
  readonly #fd: number;
  readonly #secrets: readonly Secret[];
  readonly #limit: number;
  #written = 0;
  /** What the disk had no room for. */
  #rest: Buffer = Buffer.alloc(0);
  #end: string[] = [];
  #endBytes = 0;
  #dropped = 0;
  constructor(file: string, secrets: readonly Secret[], limit = TRANSCRIPT_LIMIT_BYTES) {
    mkdirSync(dirname(file), { recursive: true });
    this.#fd = openToAppend(file);
    this.#secrets = secrets;
    this.#limit = limit;
  }
  write(entry: TranscriptEntry): void {
    const line = lineOf(entry, this.#secrets);
    const bytes = Buffer.byteLength(line);
    const isWithin = this.#written + bytes <= this.#limit && this.#rest.length <= END_BYTES;
    if (this.#dropped === 0 && this.#end.length === 0 && isWithin) {
      this.#written += bytes;
      this.#append(line);
      return;
    }
    this.#end.push(line);
    this.#endBytes += bytes;
    while (this.#endBytes > END_BYTES && this.#end.length > 1) {
      this.#endBytes -= Buffer.byteLength(this.#end.shift() ?? '');
      this.#dropped++;
    }
  }
  close(): void {
    const text = `${this.#dropped} lines left out here: the transcript had reached ${this.#limit} bytes, or the disk was full`;
    const remark = `${JSON.stringify({ at: new Date().toISOString(), kind: 'baton', text })}\n`;
    this.#append((this.#dropped > 0 ? remark : '') + this.#end.join(''));
    closeSync(this.#fd);
  }

  #append(text: string): void {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(text)]);
    try {
      // The last that has room on a disk may be a part.
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest));
    } catch (error) {
      if (!saysFull(String(error))) throw error;
    }
  }
}

/** Appends an entry to the transcript of a run whose process is held up or gone. */
export const appendEntry = (file: string, entry: TranscriptEntry, secrets: readonly Secret[]): void => {
  const fd = openToAppend(file);
  try {
    writeSync(fd, lineOf(entry, secrets));
  } finally {
    closeSync(fd);
  }
};

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
