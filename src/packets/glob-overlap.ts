/** Whether some path can match both globs: `src/db/` and `src/**\/*.test.ts` share `src/db/x.test.ts`. */
export function globsOverlap(a: string, b: string): boolean {
  return braces(a).some((one) => braces(b).some((other) => segmentsMeet(segments(one), segments(other))));
}

/** More alternatives than this are no longer looked at one by one. */
const MOST_ALTERNATIVES = 64;

/** `{a,b}` written out; nested ones from the inside, too many left as a star. */
function braces(glob: string): string[] {
  let globs = [glob];
  for (;;) {
    const next = globs.flatMap((one) => {
      const match = /\{([^{}]*)\}/.exec(one);
      if (!match) return [one];
      const [whole, inner = ''] = match;
      return inner
        .split(',')
        .map((part) => one.slice(0, match.index) + part + one.slice(match.index + whole.length));
    });
    if (next.length > MOST_ALTERNATIVES) return [glob.replaceAll(/\{.*\}/g, '**')];
    if (next.length === globs.length && next.every((one, i) => one === globs[i])) return next;
    globs = next;
  }
}

/** A path that ends in `/` means all below it, and so does one that names a folder. */
const segments = (glob: string): string[] => {
  const parts = glob.split('/').filter((part) => part !== '' && part !== '.');
  return glob.endsWith('/') ? [...parts, '**'] : parts;
};

function segmentsMeet(a: readonly string[], b: readonly string[]): boolean {
  return meet(a.length, b.length, {
    isStar: (side, i) => (side === 'a' ? a : b)[i] === '**',
    meets: (i, j) => namesMeet(a[i] ?? '', b[j] ?? ''),
  });
}

function namesMeet(a: string, b: string): boolean {
  // A character class may be any letter here: a warning too many is better than one too few.
  const [x, y] = [a, b].map((name) => [...name.replaceAll(/\[[^\]]+\]/g, '?').replaceAll(/\*+/g, '*')]);
  if (!x || !y) return false;
  return meet(x.length, y.length, {
    isStar: (side, i) => (side === 'a' ? x : y)[i] === '*',
    meets: (i, j) => x[i] === '?' || y[j] === '?' || x[i] === y[j],
  });
}

interface Symbols {
  readonly isStar: (side: 'a' | 'b', index: number) => boolean;
  readonly meets: (i: number, j: number) => boolean;
}

/** Whether two patterns with stars have a text in common, by a table over their ends. */
function meet(lengthA: number, lengthB: number, { isStar, meets }: Symbols): boolean {
  const table = Array.from({ length: lengthA + 1 }, () => Array<boolean>(lengthB + 1).fill(false));
  const at = (i: number, j: number) => table[i]?.[j] ?? false;
  for (let i = lengthA; i >= 0; i--)
    for (let j = lengthB; j >= 0; j--) {
      const row = table[i];
      if (!row) continue;
      if (i === lengthA && j === lengthB) row[j] = true;
      else if (i < lengthA && isStar('a', i)) row[j] = at(i + 1, j) || (j < lengthB && at(i, j + 1));
      else if (j < lengthB && isStar('b', j)) row[j] = at(i, j + 1) || (i < lengthA && at(i + 1, j));
      else row[j] = i < lengthA && j < lengthB && meets(i, j) && at(i + 1, j + 1);
    }
  return at(0, 0);
}
