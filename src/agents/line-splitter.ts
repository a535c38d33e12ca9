/** A longer line is no event: nothing an agent has to say needs a mebibyte. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** A line without its end; `cut` where it was too long and only its start is here. */
export interface SplitLine {
  readonly text: string;
  readonly cut: boolean;
}

/** Makes lines of a byte stream, holding at most one line of `limit` bytes. */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #held = 0;
  /** In the rest of a line that was too long. */
  #skipping = false;
  constructor(limit = MAX_LINE_BYTES) {
    this.#limit = limit;
  }
  /** The lines that `chunk` completes. */
  *push(chunk: Buffer): Generator<SplitLine> {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(10, at);
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
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, cut };
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
