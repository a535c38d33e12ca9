/** A key of a TOML text with all the words below it. */
export interface TomlEntry {
  /** From the top, dots between the keys: `project.dependencies`. */
  readonly path: string;
  /** Its strings, of a list or alone; what is no string stands as it is written. */
  readonly words: readonly string[];
}

const KEY = String.raw`(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)`;
const KEYS = `${KEY}(?:[ \\t]*\\.[ \\t]*${KEY})*`;
const HEAD = new RegExp(`\\[{1,2}[ \\t]*(${KEYS})[ \\t]*\\]{1,2}`, 'y');
const PAIR = new RegExp(`(${KEYS})[ \\t]*=[ \\t]*`, 'y');
const STRING = /"""[\s\S]*?"""|'''[\s\S]*?'''|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/y;
/** A number, a date, true or false. */
const BARE = /[^\s,[\]{}#=]+/y;
const BLANK = /(?:\s+|#.*)+/y;
const LINE = /.*/y;
/** Nobody writes lists in lists so deep; a text of brackets alone would else use up the stack. */
const DEEPEST = 30;

/**
 * The keys of a TOML text in their order. It refuses nothing: of a text that isn't TOML it gives what it understands,
 * since a tool's own words about it say more.
 */
export function tomlEntries(text: string): TomlEntry[] {
  const found: TomlEntry[] = [];
  let at = 0;
  let depth = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  // Each says whether it understood what stands there.
  const value = (path: string, into: string[]): boolean => {
    if (text[at] === '[') return listOf(']', () => value(path, into));
    if (text[at] === '{') return listOf('}', () => pair(path));
    const string = take(STRING);
    const words =
      string === null
        ? (take(BARE) ?? [])
        : [string[1]?.replace(/\\(.)/g, '$1') ?? string[2] ?? string[0].slice(3, -3)];
    into.push(...words);
    return words.length > 0;
  };
  const listOf = (end: string, item: () => boolean): boolean => {
    if (depth >= DEEPEST) return false;
    depth += 1;
    at += 1;
    let understood = true;
    while (understood && at < text.length && text[at] !== end) {
      take(BLANK);
      if (text[at] === ',') at += 1;
      else if (text[at] !== end) understood = item();
    }
    if (understood) at += 1;
    depth -= 1;
    return understood;
  };
  const pair = (above: string): boolean => {
    const key = take(PAIR)?.[1];
    if (key === undefined) return false;
    const path = joined(above, key);
    const words: string[] = [];
    // Before what is below it.
    found.push({ path, words });
    return value(path, words);
  };
  let table = '';
  while (at < text.length) {
    take(BLANK);
    const head = take(HEAD)?.[1];
    if (head !== undefined) table = joined('', head);
    else if (!pair(table)) {
      take(LINE);
      at += 1;
    }
  }
  return found;
}

const joined = (above: string, keys: string): string => {
  const parts = [...keys.matchAll(new RegExp(KEY, 'g'))].map(([part]) => part.replace(/^["']|["']$/g, ''));
  return [...(above === '' ? [] : [above]), ...parts].join('.');
};
