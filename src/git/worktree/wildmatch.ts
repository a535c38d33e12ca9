/** As git's wildmatch.c, bytes as characters (`latin1`): the same answers, and as little going back. */

type Answer = 'match' | 'no match' | 'text is at its end' | 'only ** may go on';

const SPECIAL = '*?[\\';

/** Names of git's own, which know ASCII only. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\u0080-\u00ff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** @param pathname - whether `*`, `?` and `[…]` stop at a `/`, and `**` is for folders */
export const wildmatch = (pattern: string, text: string, pathname: boolean): boolean =>
  from(pattern, 0, text, 0, pathname) === 'match';

const from = (pattern: string, start: number, text: string, textStart: number, pathname: boolean): Answer => {
  let p = start;
  let t = textStart;
  for (; p < pattern.length; p += 1, t += 1) {
    const char = pattern[p];
    if (t >= text.length && char !== '*') return 'text is at its end';
    if (char === '*') {
      const found = star(pattern, start, p, text, t, pathname);
      if (typeof found === 'string') return found;
      [p, t] = found;
    } else if (char === '?') {
      if (pathname && text[t] === '/') return 'no match';
    } else if (char === '[') {
      const found = set(pattern, p, text[t] ?? '');
      if (found === undefined) return 'text is at its end';
      if (!found.matched || (pathname && text[t] === '/')) return 'no match';
      p = found.end;
    } else {
      if (char === '\\') p += 1;
      if (pattern[p] !== text[t]) return 'no match';
    }
  }
  return t < text.length ? 'no match' : 'match';
};

/** From the first `*` on. @returns the answer, or the `/` on both sides to go on behind. */
const star = (
  pattern: string,
  start: number,
  first: number,
  text: string,
  textAt: number,
  pathname: boolean,
): Answer | [number, number] => {
  let p = first + 1;
  let t = textAt;
  let folders = !pathname;
  if (pattern[p] === '*') {
    while (pattern[p] === '*') p += 1;
    const begins = first === start || pattern[first - 1] === '/';
    const ends = p >= pattern.length || pattern[p] === '/' || pattern.startsWith('\\/', p);
    if (pathname && begins && ends) {
      if (pattern[p] === '/' && from(pattern, p + 1, text, t, pathname) === 'match') return 'match';
      folders = true;
    }
  }
  if (p >= pattern.length) return !folders && text.includes('/', t) ? 'no match' : 'match';
  if (!folders && pattern[p] === '/') {
    const slash = text.indexOf('/', t);
    return slash < 0 ? 'no match' : [p, slash];
  }
  const next = pattern[p] ?? '';
  for (; t < text.length; t += 1) {
    if (!SPECIAL.includes(next)) {
      while (t < text.length && text[t] !== next && (folders || text[t] !== '/')) t += 1;
      if (text[t] !== next) return 'no match';
    }
    const rest = from(pattern, p, text, t, pathname);
    if (rest !== 'no match') {
      if (!folders || rest !== 'only ** may go on') return rest;
    } else if (!folders && text[t] === '/') return 'only ** may go on';
  }
  return 'text is at its end';
};

/** `[…]` at `open`. @returns whether it has the character, and where it ends; undefined if it doesn't end. */
const set = (pattern: string, open: number, char: string): { matched: boolean; end: number } | undefined => {
  let p = open + 1;
  const negated = pattern[p] === '!' || pattern[p] === '^';
  if (negated) p += 1;
  let matched = false;
  let before = '';
  do {
    let now = pattern[p];
    if (now === undefined) return undefined;
    if (now === '\\') {
      p += 1;
      now = pattern[p];
      if (now === undefined) return undefined;
      if (char === now) matched = true;
    } else if (now === '-' && before !== '' && pattern[p + 1] !== undefined && pattern[p + 1] !== ']') {
      p += 1;
      if (pattern[p] === '\\') p += 1;
      const to = pattern[p];
      if (to === undefined) return undefined;
      if (char >= before && char <= to) matched = true;
      now = '';
    } else if (now === '[' && pattern[p + 1] === ':') {
      const end = pattern.indexOf(']', p + 2);
      if (end < 0) return undefined;
      if (end > p + 2 && pattern[end - 1] === ':') {
        const known = CLASSES[pattern.slice(p + 2, end - 1)];
        if (known === undefined) return undefined;
        if (known.test(char)) matched = true;
        p = end;
        now = '';
      } else if (char === '[') matched = true;
    } else if (char === now) matched = true;
    before = now;
    p += 1;
  } while (pattern[p] !== ']');
  return { matched: matched !== negated, end: p };
};
