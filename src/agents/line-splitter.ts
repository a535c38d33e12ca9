/** A longer line is no event: nothing an agent has to say needs a mebibyte. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** A line without its end; `cut` where it was too long and only its start is here. */
export interface SplitLine {
  readonly text: string;
  readonly cut: boolean;
  /** Counted by line feeds, from 1: what an editor shows. Lines that a carriage return ends have the same number. */
  readonly number: number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Makes lines of a byte stream, holding at most one line of `limit` bytes. A carriage return ends a line too: progress bars
 * write one before they write over their line, and what is said next stands behind it.
 */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #held = 0;
  /** In the rest of a line that was too long. */
  #skipping = false;
  #number = 1;
  /** The last byte was a carriage return: a line feed that follows belongs to it. */
  #returned = false;
  constructor(limit = MAX_LINE_BYTES) {
    this.#limit = limit;
  }
  /** The lines that `chunk` completes. */
  *push(chunk: Buffer): Generator<SplitLine> {
    let feed = -1;
    let carriage = -1;
    const find = (byte: number, from: number) => {
      const found = chunk.indexOf(byte, from);
      return found < 0 ? chunk.length : found;
    };
    for (let at = 0; at < chunk.length; ) {
      if (this.#returned) {
        this.#returned = false;
        if (chunk[at] === LINE_FEED) {
          this.#number += 1;
          at += 1;
          continue;
        }
      }
      // Each is looked for again only once it was passed, or a chunk of many lines would be read once for each of them.
      if (feed < at) feed = find(LINE_FEED, at);
      if (carriage < at) carriage = find(CARRIAGE_RETURN, at);
      const next = Math.min(feed, carriage);
      const end = next === chunk.length ? -1 : next;
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
      if (!this.#skipping) {
        this.#parts.push(piece);
        this.#held += piece.length;
        if (this.#held > this.#limit) {
          this.#skipping = true;
          yield this.#take(true);
        }
      }
      if (end < 0) return;
      if (!this.#skipping) yield this.#take(false);
      this.#skipping = false;
      if (end === feed) this.#number += 1;
      else this.#returned = true;
      at = end + 1;
    }
  }
  /** A last line that had no end. */
  *end(): Generator<SplitLine> {
    if (!this.#skipping && this.#held > 0) yield this.#take(false);
    this.#skipping = false;
  }
  #take(cut: boolean): SplitLine {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    const text = (cut ? bytes.subarray(0, this.#limit) : bytes).toString('utf8');
    return { text, cut, number: this.#number };
  }
}

/** Reads a stream line by line, the next line only when the one before was dealt with. */
export async function readLines(
  stream: AsyncIterable<Buffer>,
  onLine: (line: SplitLine) => void | Promise<void>,
): Promise<void> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of stream) for (const line of splitter.push(chunk)) await onLine(line);
  } catch (error) {
    // The pipe was closed from here: what it held is read.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  for (const line of splitter.end()) await onLine(line);
}
