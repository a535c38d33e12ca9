import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { blotOut, blotOutDeep, type Secret } from '../processes/secrets.ts';

/** A run that says more is looked at by its start and its end. */
export const TRANSCRIPT_LIMIT_BYTES = 20 * 1024 * 1024;
/** So much of the end is kept in memory once the limit is reached, and written at the close. */
const END_BYTES = 256 * 1024;
/** A longer line of log is cut. */
const LOG_LINE_LENGTH = 10_000;

/** One line of a transcript. */
export type TranscriptEntry =
  | { readonly kind: 'task'; readonly task: unknown }
  | { readonly kind: 'event'; readonly event: unknown }
  /** A line on the agent's standard input. */
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'stdout' | 'stderr'; readonly text: string }
  /** Baton's own remark. */
  | { readonly kind: 'baton'; readonly text: string };

/**
 * What was said in a run, one JSON object a line with its time (`at`, ISO 8601), secrets blotted out. Appends
 * to what earlier runs left. Above the limit the middle is left out and said to be.
 */
export class Transcript {
  readonly #fd: number;
  readonly #secrets: readonly Secret[];
  readonly #limit: number;
  #written = 0;
  #end: string[] = [];
  #endBytes = 0;
  #dropped = 0;
  constructor(file: string, secrets: readonly Secret[], limit = TRANSCRIPT_LIMIT_BYTES) {
    mkdirSync(dirname(file), { recursive: true });
    this.#fd = openSync(file, 'a', 0o600);
    this.#secrets = secrets;
    this.#limit = limit;
  }
  write(entry: TranscriptEntry): void {
    const line = `${JSON.stringify({ at: new Date().toISOString(), ...this.#safe(entry) })}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#dropped === 0 && this.#end.length === 0 && this.#written + bytes <= this.#limit) {
      this.#written += writeSync(this.#fd, line);
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
    const text = `${this.#dropped} lines left out here: the transcript had reached ${this.#limit} bytes`;
    const remark = `${JSON.stringify({ at: new Date().toISOString(), kind: 'baton', text })}\n`;
    writeSync(this.#fd, (this.#dropped > 0 ? remark : '') + this.#end.join(''));
    closeSync(this.#fd);
  }
  #safe(entry: TranscriptEntry): TranscriptEntry {
    if (!('text' in entry)) return blotOutDeep(entry, this.#secrets);
    const text = blotOut(entry.text, this.#secrets);
    return { ...entry, text: text.length > LOG_LINE_LENGTH ? `${text.slice(0, LOG_LINE_LENGTH)}…` : text };
  }
}
