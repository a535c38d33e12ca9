/** Requirements in the files of setuptools, as far as their text tells: a setup.py is a program. */

/** The keys of a section of setup.cfg with their lines. */
export function setupCfgLists(section: string): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of section.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    const [, key, value] = /^([\w.-]+)\s*[=:](.*)$/.exec(line) ?? [];
    if (key !== undefined) {
      last = [];
      lists.set(key, last);
    }
    const word = (key === undefined ? line : (value ?? '')).trim();
    if (word !== '') last.push(...word.split(';'));
  }
  return lists;
}

const STRING = /"([^"\n]*)"|'([^'\n]*)'/g;
/**
 * A list of strings, up to its end or to a list in it; a bracket may stand in a string. Since it ends at the next bracket,
 * a text of lists that never end is gone through once, and not once for each of them.
 */
const LIST = /\s*\[((?:"[^"\n]*"|'[^'\n]*'|[^[\]"'])*)[[\]]/y;
const NAME = /(["'])([\w.-]+)\1\]?\s*[:=]|\b([a-z]\w*)\s*=(?=\s*\[)/g;

/** What a setup.py requires and its extras, if they stand there as lists of strings. An extra that is none only makes pip warn. */
export function setupPyLists(program: string): {
  readonly requires: readonly string[];
  readonly extras: ReadonlyMap<string, readonly string[]>;
} {
  const text = program.replace(/^[ \t]*#.*$/gm, '');
  /** The list that follows a match. */
  const listAfter = ({ 0: start, index }: RegExpExecArray): string[] => {
    LIST.lastIndex = index + start.length;
    const list = LIST.exec(text)?.[1] ?? '';
    return [...list.matchAll(STRING)].map(([, one, other]) => one ?? other ?? '');
  };
  const firstOf = (names: RegExp): string[] => {
    for (const match of text.matchAll(names)) {
      const list = listAfter(match);
      if (list.length > 0) return list;
    }
    return [];
  };
  const extras = new Map<string, string[]>();
  if (text.includes('extras_require'))
    for (const match of text.matchAll(NAME)) {
      const name = match[2] ?? match[3] ?? '';
      // What has its name may stand before it, and be no list.
      if ((extras.get(name) ?? []).length === 0) extras.set(name, listAfter(match));
    }
  return { requires: firstOf(/\binstall_requires\s*=/g), extras };
}
