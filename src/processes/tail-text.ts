import { stripVTControlCharacters } from 'node:util';

/** The end of an output of unknown length, in bounded memory. */
export class TailText {
  #text = '';
  #cut = false;
  constructor(readonly limit: number) {}
  push(piece: string): void {
    this.#text += piece;
    // Cut at twice the limit only: cutting at every piece would copy the whole text each time.
    if (this.#text.length > 2 * this.limit) this.#trim();
  }
  /** Whether more came than fits. */
  get cut(): boolean {
    return this.#cut || this.#text.length > this.limit;
  }
  toString(): string {
    this.#trim();
    return this.#text;
  }
  #trim(): void {
    if (this.#text.length <= this.limit) return;
    this.#cut = true;
    this.#text = this.#text.slice(-this.limit);
  }
}

/** Longest end of an output that history and agents get, in characters. */
export const TAIL_LENGTH = 4000;

/** The last lines of a text for people: without colours, at most `limit` characters. Default 4,000. */
export function tailOf(text: string, limit = TAIL_LENGTH): string {
  const plain = stripVTControlCharacters(text).trimEnd();
  if (plain.length <= limit) return plain;
  const cut = plain.slice(-(limit - 2));
  const lineBreak = cut.indexOf('\n');
  // From a line's start, unless that would lose most of it.
  return `…\n${lineBreak >= 0 && lineBreak < cut.length / 2 ? cut.slice(lineBreak + 1) : cut}`;
}
