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
/** A list of strings; a bracket may stand in one. */
const LIST = String.raw`\[((?:"[^"\n]*"|'[^'\n]*'|[^\]"'])*)\]`;

/** What a setup.py requires and its extras, if they stand there as lists of strings. An extra that is none only makes pip warn. */
export function setupPyLists(program: string): {
  readonly requires: readonly string[];
  readonly extras: ReadonlyMap<string, readonly string[]>;
} {
  const text = program.replace(/^\s*#.*$/gm, '');
  const strings = (list: string) => [...list.matchAll(STRING)].map(([, one, other]) => one ?? other ?? '');
  const listAfter = (start: string) => new RegExp(`${start}\\s*${LIST}`).exec(text)?.[1] ?? '';
  const extras = new Map<string, string[]>();
  if (text.includes('extras_require'))
    for (const [start, , quoted, word] of text.matchAll(
      /(["'])([\w.-]+)\1\]?\s*[:=]|\b([a-z]\w*)\s*=(?=\s*\[)/g,
    )) {
      const name = quoted ?? word ?? '';
      extras.set(name, strings(listAfter(start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))));
    }
  return { requires: strings(listAfter(String.raw`\binstall_requires\s*=`)), extras };
}
