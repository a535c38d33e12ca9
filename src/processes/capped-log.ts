import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Larger logs help nobody; the first errors stand at the start, the last words at the end. */
export const LOG_LIMIT_BYTES = 20 * 1024 * 1024;

/**
 * A log file that never outgrows its limit: its first half keeps the start of the output, its second half
 * the end, and what was between is cut and said to be. Takes no memory for it.
 *
 * Writes are synchronous on purpose: they go to the page cache, and output faster than that holds the writer
 * up instead of piling in memory.
 */
export class CappedLog {
  readonly #fd: number;
  readonly #head: number;
  readonly #ring: number;
  #total = 0;
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
    return this.#total;
  }
  /** Bytes that were cut. */
  get cut(): number {
    return Math.max(0, this.#total - this.#head - this.#ring);
  }
  write(text: string | Uint8Array): void {
    if (this.#closed) return;
    const bytes = Buffer.from(text as Uint8Array);
    for (let at = 0; at < bytes.length; ) {
      const inRing = this.#total - this.#head;
      const offset = inRing % this.#ring;
      const room = inRing < 0 ? -inRing : this.#ring - offset;
      const length = Math.min(room, bytes.length - at);
      writeSync(this.#fd, bytes, at, length, inRing < 0 ? this.#total : this.#head + offset);
      at += length;
      this.#total += length;
    }
  }
  /** Puts the end in order and closes the file; calling it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.cut > 0) this.#unroll();
    closeSync(this.#fd);
  }
  #unroll(): void {
    const ring = Buffer.alloc(this.#ring);
    readSync(this.#fd, ring, 0, this.#ring, this.#head);
    const oldest = (this.#total - this.#head) % this.#ring;
    const remark = Buffer.from(`\n[… ${this.cut} bytes of output cut here …]\n`);
    const end = Buffer.concat([remark, ring.subarray(oldest), ring.subarray(0, oldest)]);
    ftruncateSync(this.#fd, this.#head);
    writeSync(this.#fd, end, 0, end.length, this.#head);
  }
}
