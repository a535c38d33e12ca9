/** Where the reading of a JSON object stands. */
export type ObjectReading =
  /** The object ends before this place of the text. */
  | { readonly kind: 'ended'; readonly at: number }
  /** So far it is the beginning of an object. */
  | { readonly kind: 'open' }
  /** No JSON object goes on like this. */
  | { readonly kind: 'broken'; readonly at: number; readonly expected: string };

type Expected = 'object' | 'key' | 'key-or-end' | 'colon' | 'value' | 'value-or-end' | 'comma-or-end';

const NAMES: Readonly<Record<Expected, string>> = {
  object: '`{`',
  key: 'a key in double quotes',
  'key-or-end': 'a key in double quotes or `}`',
  colon: '`:`',
  value: 'a value',
  'value-or-end': 'a value or `]`',
  'comma-or-end': '`,` or an end',
};
const SCALAR = /-?\d[\d.eE+-]*|true|false|null/y;
const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;

/** Finds the end of a JSON object that comes line by line, and stops at the first character that can't belong to one. */
export class ObjectScanner {
  readonly #closings: ('}' | ']')[] = [];
  #expected: Expected = 'object';

  /** Goes on with `text`, from the place `from`. A line's end counts as a space: no text of JSON holds one. */
  feed(text: string, from = 0): ObjectReading {
    for (let at = from; at < text.length; ) {
      const character = text.charAt(at);
      if (/\s/.test(character)) {
        at += 1;
        continue;
      }
      const next = this.#token(text, at, character);
      if (next < 0) return { kind: 'broken', at, expected: NAMES[this.#expected] };
      at = next;
      if (this.#closings.length === 0) return { kind: 'ended', at };
    }
    return { kind: 'open' };
  }

  /** Where the token at this place ends; -1: it may not stand here. */
  #token(text: string, at: number, character: string): number {
    const expected = this.#expected;
    if (character === '}' || character === ']') {
      const mayEnd =
        expected === 'comma-or-end' || expected === (character === '}' ? 'key-or-end' : 'value-or-end');
      if (!mayEnd || this.#closings.at(-1) !== character) return -1;
      this.#closings.pop();
      this.#expected = 'comma-or-end';
      return at + 1;
    }
    switch (expected) {
      case 'object':
        return character === '{' ? this.#open('}', at) : -1;
      case 'key':
      case 'key-or-end':
        return this.#then('colon', character === '"' ? textEnd(text, at) : -1);
      case 'colon':
        return this.#then('value', character === ':' ? at + 1 : -1);
      case 'comma-or-end':
        return this.#then(this.#closings.at(-1) === '}' ? 'key' : 'value', character === ',' ? at + 1 : -1);
      case 'value':
      case 'value-or-end':
        if (character === '{') return this.#open('}', at);
        if (character === '[') return this.#open(']', at);
        return this.#then('comma-or-end', character === '"' ? textEnd(text, at) : scalarEnd(text, at));
    }
  }

  #open(closing: '}' | ']', at: number): number {
    this.#closings.push(closing);
    this.#expected = closing === '}' ? 'key-or-end' : 'value-or-end';
    return at + 1;
  }

  #then(expected: Expected, next: number): number {
    if (next >= 0) this.#expected = expected;
    return next;
  }
}

/** Behind the quote that ends the text which begins at `at`; -1: it doesn't end, or holds a control character. */
function textEnd(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) return next + 1;
    if (code === BACKSLASH) next += 1;
    else if (code < SPACE) return -1;
  }
  return -1;
}

function scalarEnd(text: string, at: number): number {
  SCALAR.lastIndex = at;
  return SCALAR.test(text) ? SCALAR.lastIndex : -1;
}
