import { formsOf } from './forms.ts';

/** The value of a variable, or of something else with a name, that must not be kept. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** A form to look for, without its whitespace: whoever prints it may have wrapped it. */
interface Needle {
  readonly name: string;
  readonly units: Uint16Array;
  /** Where whitespace was left out before a unit. */
  readonly spaced: Uint8Array;
  /** Found also with spaces in it; of shorter ones that would be words that stand beside each other. */
  readonly loose: boolean;
}

/** From this length on no text has the characters by accident. */
const LOOSE_LENGTH = 16;
/** Shorter forms are in every text. */
const SHORTEST_FORM = 5;
/** What may begin a secret isn't held back for longer: so much whitespace isn't a line break. */
const MOST_HELD = 32 * 1024;
/** Longer runs of backslashes, and longer colours, are nobody's way to break a line. */
const LONGEST_SKIP = 32;
/** Such things between two characters: a carriage return, a line break, a colour, a sign, a colour. */
const MOST_SKIPS = 6;
/** Steps of one comparison for each character of the needle: what repeats itself could take for ever. */
const STEPS = 8;

/** Before a character: nothing, spaces, or a line break. */
const [NONE, SPACES, BREAK] = [0, 1, 2];
/** Out of text, but not out of needle; and no match. */
const [PARTIAL, FAILED] = [-1, -2];
const [BACKSLASH, ESCAPE, BRACKET, LETTER_U] = [92, 27, 91, 117];
/** `n`, `r` and `t`, as escapes have them. */
const BREAK_LETTERS = new Set([110, 114, 116]);
/** What stands between the bracket of a colour and its letter has lower codes. */
const BEFORE_LETTERS = 64;
/** At the start of a line: of a diff, a quotation, a comment, a box. */
const SIGNS = new Set([...'+-<>|#*│'].map((sign) => sign.charCodeAt(0)));

const isSpace = (unit: number): boolean =>
  unit === 32 || (unit >= 9 && unit <= 13) || unit === 0 || unit === 0xa0;
const isBreak = (unit: number): boolean => unit === 10 || unit === 13 || unit === 0;

/** A text without its whitespace. Made for one scan, and overwritten by the next. */
interface Plain {
  units: Uint16Array;
  /** Where each unit stands in the text. */
  at: Int32Array;
  /** What stood before it. */
  gap: Uint8Array;
  length: number;
}

const room: Plain = { units: new Uint16Array(0), at: new Int32Array(0), gap: new Uint8Array(0), length: 0 };

function plain(text: string): Plain {
  if (room.units.length < text.length) {
    room.units = new Uint16Array(text.length);
    room.at = new Int32Array(text.length);
    room.gap = new Uint8Array(text.length);
  }
  const { units, at, gap } = room;
  let length = 0;
  let before = NONE;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isSpace(unit)) {
      before = isBreak(unit) || before === BREAK ? BREAK : SPACES;
      continue;
    }
    units[length] = unit;
    at[length] = i;
    gap[length++] = before;
    before = NONE;
  }
  room.length = length;
  return room;
}

const keyOf = (a: number, b: number, c: number): number => ((a * 31 + b) * 31 + c) & 0xffff;

const pairOf = (a: number, b: number): number => a * 0x10000 + b;

/** What came of a scan. */
export interface Scanned {
  /** The text with the secrets blotted out, as far as it is known. */
  readonly kept: string;
  /** The end of the text, which may be the beginning of a secret. */
  readonly rest: string;
  /** Names of the secrets that were found. */
  readonly found: readonly string[];
}

/**
 * Finds secrets in all their forms, whatever line breaks, indentation, colours and signs of a diff stand in them. Takes
 * one pass over the text, however many there are: only where three characters begin a form is more compared.
 */
export class Matcher {
  readonly #byKey = new Map<number, Needle[]>();
  readonly #byFirst = new Map<number, Needle[]>();
  readonly #byPair = new Map<number, Needle[]>();
  readonly #begins = new Uint8Array(0x10000);
  readonly #firsts = new Uint8Array(0x10000);
  readonly isEmpty: boolean;
  #steps = 0;

  constructor(secrets: readonly Secret[]) {
    const seen = new Set<string>();
    for (const { name, value } of secrets) for (const form of formsOf(value)) this.#add(name, form, seen);
    this.isEmpty = seen.size === 0;
  }

  #add(name: string, form: string, seen: Set<string>): void {
    const { units, gap, length } = plain(form);
    const needle: Needle = {
      name: name.replace(/[^\w.-]/g, '_'),
      units: units.slice(0, length),
      spaced: gap.slice(0, length),
      loose: length >= LOOSE_LENGTH,
    };
    const key = needle.units.join() + needle.spaced.join();
    const [a = 0, b = 0, c = 0] = needle.units;
    if (length < SHORTEST_FORM || seen.has(key)) return;
    seen.add(key);
    this.#begins[keyOf(a, b, c)] = 1;
    append(this.#byKey, keyOf(a, b, c), needle);
    this.#firsts[a] = 1;
    append(this.#byFirst, a, needle);
    append(this.#byPair, pairOf(a, b), needle);
  }

  /** Blots out of a text; `isEnd`: nothing comes after it. */
  scan(text: string, isEnd: boolean): Scanned {
    const read = plain(text);
    const { at, length } = read;
    const pieces: string[] = [];
    const found: string[] = [];
    let copied = 0;
    let hold = text.length;
    let span: { start: number; end: number; needle: Needle } | undefined;
    const flush = () => {
      if (span === undefined) return;
      pieces.push(text.slice(copied, span.start), `[${span.needle.name}]`);
      found.push(span.needle.name);
      copied = span.end;
      span = undefined;
    };
    for (let i = 0; i < length; i++) {
      const needles = this.#candidates(read, i);
      if (needles === undefined) continue;
      const start = at[i] as number;
      if (span !== undefined && start >= span.end) flush();
      let best: Needle | undefined;
      let end = 0;
      let isOpen = false;
      for (const needle of needles) {
        this.#steps = STEPS * needle.units.length;
        const to = this.#match(read, needle, i, 0, false);
        if (to === PARTIAL) isOpen = true;
        else if (to > end) [best, end] = [needle, to];
      }
      if (isOpen && !isEnd && text.length - start <= MOST_HELD) {
        hold = span?.start ?? start;
        span = undefined;
        break;
      }
      if (best === undefined) continue;
      const after = (at[end - 1] as number) + 1;
      if (span === undefined) span = { start, end: after, needle: best };
      else if (after > span.end) span = { start: span.start, end: after, needle: longer(span.needle, best) };
    }
    flush();
    pieces.push(text.slice(copied, hold));
    return { kept: pieces.join(''), rest: text.slice(hold), found };
  }

  /** The forms that may begin at a place. */
  #candidates(read: Plain, i: number): readonly Needle[] | undefined {
    const { units, length } = read;
    const a = units[i] as number;
    if (this.#firsts[a] === 0) return undefined;
    const b = units[i + 1] as number;
    if (i + 2 >= length) return this.#byFirst.get(a);
    const skip = skippedAt(read, i + 1);
    if (skip === 0 && skippedAt(read, i + 2) === 0) {
      const key = keyOf(a, b, units[i + 2] as number);
      return this.#begins[key] === 1 ? this.#byKey.get(key) : undefined;
    }
    // What may come second: each unit that stands between, and the one behind all of them.
    const seconds = new Set([b]);
    for (let next = i + 1, skips = 0, more = skip; more !== 0; more = skippedAt(read, next)) {
      if (more === PARTIAL || next + more >= length) return this.#byFirst.get(a);
      if (++skips > MOST_SKIPS) break;
      next += more;
      seconds.add(units[next] as number);
    }
    const lists = [...seconds].flatMap((second) => [this.#byPair.get(pairOf(a, second)) ?? []]);
    return lists.length === 1 ? lists[0] : lists.flat();
  }

  /** Where the needle ends that begins at `i`, compared from its unit `j` on. */
  #match(read: Plain, needle: Needle, from: number, first: number, afterSkip: boolean): number {
    const { units, gap, length } = read;
    let skipped = afterSkip;
    let skips = 0;
    for (let i = from, j = first; ; ) {
      if (j === needle.units.length) return i;
      if (i >= length) return PARTIAL;
      if (--this.#steps < 0) return FAILED;
      const mayHaveGap = needle.loose || skipped || needle.spaced[j] !== NONE;
      if (j > 0 && gap[i] === SPACES && !mayHaveGap) return FAILED;
      const skip = j > 0 ? skippedAt(read, i) : 0;
      if (skip === PARTIAL) {
        const plainly =
          units[i] === needle.units[j] ? this.#match(read, needle, i + 1, j + 1, false) : FAILED;
        return plainly === FAILED ? PARTIAL : plainly;
      }
      if (units[i] === needle.units[j]) {
        if (skip > 0) {
          const plainly = this.#match(read, needle, i + 1, j + 1, false);
          if (plainly !== FAILED) return plainly;
        } else {
          i++;
          j++;
          skipped = false;
          skips = 0;
          continue;
        }
      }
      if (skip === 0 || ++skips > MOST_SKIPS) return FAILED;
      i += skip;
      skipped = true;
    }
  }
}

/** How many units may stand in a secret here without being part of it: an escaped line break, a colour, the sign of a line. */
function skippedAt(read: Plain, i: number): number {
  const { units, gap } = read;
  const unit = units[i] as number;
  if (unit === BACKSLASH) return escapeAt(read, i);
  if (unit === ESCAPE) return colourAt(read, i, i + 1);
  return gap[i] === BREAK && SIGNS.has(unit) ? 1 : 0;
}

/** Of a string of JSON, or of several in each other: a line break, or a colour. */
function escapeAt(read: Plain, i: number): number {
  const { units, length } = read;
  let at = i;
  while (at < length && at - i < LONGEST_SKIP && units[at] === BACKSLASH) at++;
  if (at >= length) return PARTIAL;
  if (BREAK_LETTERS.has(units[at] as number)) return at + 1 - i;
  if (units[at] !== LETTER_U) return 0;
  const code = String.fromCharCode(...units.subarray(at + 1, at + 5));
  if (at + 5 >= length) return PARTIAL;
  return code === '001b' || code === '001B' ? colourAt(read, i, at + 5) : 0;
}

/** `[`, numbers, and the letter that ends them, from `from` on; counted from `i`. */
function colourAt({ units, length }: Plain, i: number, from: number): number {
  if (from >= length) return PARTIAL;
  if (units[from] !== BRACKET) return 0;
  let at = from + 1;
  while (at < length && at - from < LONGEST_SKIP && (units[at] as number) < BEFORE_LETTERS) at++;
  return at >= length ? PARTIAL : at + 1 - i;
}

const longer = (one: Needle, other: Needle): Needle => (other.units.length > one.units.length ? other : one);

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
