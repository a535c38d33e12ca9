import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Larger logs help nobody; the first errors stand at the start, the last words at the end. */
export const LOG_LIMIT_BYTES = 20 * 1024 * 1024;

/**
 * A log file that never outgrows its limit: its first half keeps the start of the output, its second half
 * the end, and what was between is cut and said to be. Takes no memory for it.
 *
 * If its disk has no room for more, what it has by then is its limit. It never throws for what can't be written: it is
 * written to from handlers of streams, where that would end the process and all that it runs.
 *
 * Writes are synchronous on purpose: they go to the page cache, and output faster than that holds the writer
 * up instead of piling in memory.
 */
export class CappedLog {
  readonly #fd: number;
  #head: number;
  #ring: number;
  /** Bytes that had a place in it, those that later ones were written over among them. */
  #placed = 0;
  /** Bytes that found no place. */
  #lost = 0;
  /** Bytes that gave their place to the remark on what was cut. */
  #replaced = 0;
  #problem: string | undefined;
  #closed = false;
  constructor(
    readonly file: string,
    limit = LOG_LIMIT_BYTES,
  ) {
    this.#fd = openSync(file, 'w+', 0o600);
    this.#head = Math.ceil(limit / 2);
    this.#ring = Math.max(1, limit - this.#head);
  }
  /** Bytes that were written to it, kept or not. */
  get total(): number {
    return this.#placed + this.#lost;
  }
  /** Bytes that were cut. */
  get cut(): number {
    return Math.max(0, this.#placed - this.#head - this.#ring) + this.#lost + this.#replaced;
  }
  /** What the system said when something could not be written; undefined if everything could. */
  get problem(): string | undefined {
    return this.#problem;
  }
  write(text: string | Uint8Array): void {
    if (this.#closed) return;
    const bytes = Buffer.from(text as Uint8Array);
    for (let at = 0; at < bytes.length; ) {
      const inRing = this.#placed - this.#head;
      const offset = inRing % this.#ring;
      const room = inRing < 0 ? -inRing : this.#ring - offset;
      const length = Math.min(room, bytes.length - at);
      const from = inRing < 0 ? this.#placed : this.#head + offset;
      const written = this.#writeAt(bytes.subarray(at, at + length), from);
      at += written;
      this.#placed += written;
      if (written === length || this.#beginsRing()) continue;
      this.#lost += bytes.length - at;
      return;
    }
  }
  /** Puts the end in order and closes the file; calling it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.cut > 0) this.#said(() => this.#unroll());
    this.#said(() => closeSync(this.#fd));
  }
  /** Takes what is written for all that there is room for. @returns whether there is a place for more by that */
  #beginsRing(): boolean {
    if (this.#placed < 2 || this.#placed >= this.#head + this.#ring) return false;
    this.#head = Math.ceil(this.#placed / 2);
    this.#ring = this.#placed - this.#head;
    return true;
  }
  #unroll(): void {
    const kept = Math.min(this.#placed - this.#head, this.#ring);
    // Nothing but the start found a place: the remark alone comes after it.
    if (kept <= 0) return void this.#writeAt(this.#remark(), this.#placed);
    const ring = Buffer.alloc(kept);
    readSync(this.#fd, ring, 0, kept, this.#head);
    const oldest = kept < this.#ring ? 0 : (this.#placed - this.#head) % this.#ring;
    const end = Buffer.concat([ring.subarray(oldest), ring.subarray(0, oldest)]);
    const longer = Buffer.concat([this.#remark(), end]);
    if (this.#writeAt(longer, this.#head) === longer.length) return;
    // No room for the remark beside the end: it takes that of what came first after the cut.
    const { length } = this.#remark();
    if (length >= kept) return void this.#writeAt(end, this.#head);
    this.#replaced = length;
    const remark = this.#remark();
    this.#writeAt(Buffer.concat([remark, end.subarray(remark.length)]), this.#head);
  }
  #remark(): Buffer {
    return Buffer.from(`\n[… ${this.cut} bytes of output cut here …]\n`);
  }
  /** @returns how many bytes were written: all, unless the system had no room for more, or the disk fails */
  #writeAt(bytes: Uint8Array, from: number): number {
    let at = 0;
    this.#said(() => {
      while (at < bytes.length) at += writeSync(this.#fd, bytes, at, bytes.length - at, from + at);
    });
    return at;
  }
  #said(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#problem ??= (error as Error).message;
    }
  }
}
