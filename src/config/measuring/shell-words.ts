/** Reads a shell command line into the commands it starts, without running or expanding anything. */

/** One command: its words without quotes, and the files that it is redirected from and to. */
export interface ShellCommand {
  readonly kind: 'command';
  readonly words: readonly string[];
  readonly redirections: readonly string[];
}

/** `open` and `close` stand around a subshell or a substitution: a `cd` in it holds only there. */
export type ShellItem = ShellCommand | { readonly kind: 'open' | 'close' };

/** Nobody nests deeper; a text that does must not exhaust the stack. */
const MAX_DEPTH = 50;

/** The commands of a command line, in the order in which they are written. Never throws. */
export function shellItems(text: string): ShellItem[] {
  const reader = new Reader(text);
  while (reader.hasMore()) reader.readList(undefined, 0);
  return reader.items;
}

class Reader {
  readonly items: ShellItem[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  hasMore(): boolean {
    return this.at < this.text.length;
  }

  /** Reads commands up to `end`, which is taken, or to the end of the text. */
  readList(end: ')' | undefined, depth: number): void {
    const list = new List(this.items);
    while (this.hasMore()) {
      const char = this.text.charAt(this.at);
      this.at += 1;
      if (char === end) break;
      if (char === '(' && depth < MAX_DEPTH) {
        list.endCommand();
        this.readNested(depth);
      } else if (char === '\n' || char === ';' || char === '|' || char === '(' || char === ')') {
        list.endCommand();
      } else if (char === '&') {
        if (this.text[this.at] !== '>') list.endCommand();
      } else if (char === '<' || char === '>') {
        list.redirect();
        while (/[<>&|-]/.test(this.text.charAt(this.at))) this.at += 1;
      } else if (/\s/.test(char)) list.endWord();
      else if (char === '#' && !list.inWord()) this.skipComment();
      else this.readPart(char, list, depth);
    }
    list.endCommand();
  }

  /** A part of a word: a quoted one, an escaped character, a substitution, or a character. */
  private readPart(char: string, list: List, depth: number): void {
    if (char === "'") list.add(this.upTo("'"));
    else if (char === '"') this.readDoubleQuoted(list, depth);
    else if (char === '\\') {
      const escaped = this.escaped();
      // A backslash at the end of a line begins no word.
      if (escaped !== '') list.add(escaped);
    } else list.add(this.readPlain(char, depth));
  }

  private readDoubleQuoted(list: List, depth: number): void {
    list.add('');
    while (this.hasMore()) {
      const char = this.text.charAt(this.at);
      this.at += 1;
      if (char === '"') return;
      list.add(char === '\\' ? this.escaped() : this.readPlain(char, depth));
    }
  }

  /** A character, or the whole text of a substitution, whose commands are read as well. */
  private readPlain(char: string, depth: number): string {
    const from = this.at - 1;
    if (char === '$' && this.text[this.at] === '(' && depth < MAX_DEPTH) {
      this.at += 1;
      this.readNested(depth);
    } else if (char === '$' && this.text[this.at] === '{') {
      this.upTo('}');
    } else if (char === '`' && depth < MAX_DEPTH) {
      const inner = new Reader(this.upTo('`'));
      this.items.push({ kind: 'open' });
      while (inner.hasMore()) inner.readList(undefined, depth + 1);
      this.items.push(...inner.items, { kind: 'close' });
    }
    return this.text.slice(from, this.at);
  }

  private readNested(depth: number): void {
    this.items.push({ kind: 'open' });
    this.readList(')', depth + 1);
    this.items.push({ kind: 'close' });
  }

  /** The character behind a backslash; none where the line goes on in the next. */
  private escaped(): string {
    const char = this.text.charAt(this.at);
    this.at += 1;
    return char === '\n' ? '' : char;
  }

  /** The text up to `mark`, which is taken as well, or up to the end. */
  private upTo(mark: string): string {
    const found = this.text.indexOf(mark, this.at);
    const end = found === -1 ? this.text.length : found;
    const part = this.text.slice(this.at, end);
    this.at = Math.min(end + 1, this.text.length);
    return part;
  }

  private skipComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }
}

/** The command that is being read. */
class List {
  private words: string[] = [];
  private redirections: string[] = [];
  private word: string | undefined;
  private redirected = false;

  constructor(private readonly items: ShellItem[]) {}

  inWord(): boolean {
    return this.word !== undefined;
  }

  add(text: string): void {
    this.word = (this.word ?? '') + text;
  }

  endWord(): void {
    if (this.word === undefined) return;
    (this.redirected ? this.redirections : this.words).push(this.word);
    this.word = undefined;
    this.redirected = false;
  }

  /** The next word is a file; digits right before the sign are a file descriptor and no word. */
  redirect(): void {
    if (this.word !== undefined && /^\d+$/.test(this.word)) this.word = undefined;
    this.endWord();
    this.redirected = true;
  }

  endCommand(): void {
    this.endWord();
    this.redirected = false;
    if (this.words.length > 0 || this.redirections.length > 0)
      this.items.push({ kind: 'command', words: this.words, redirections: this.redirections });
    this.words = [];
    this.redirections = [];
  }
}
