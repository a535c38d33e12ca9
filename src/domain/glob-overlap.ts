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
    if (next.every((one, i) => one === globs[i])) return next;
    globs = next;
  }
}

/** A path that ends in `/` means all below it, and so does one that names a folder. */
const segments = (glob: string): string[] => {
  const parts = glob.split('/').filter((part) => part !== '' && part !== '.');
  return glob.endsWith('/') ? [...parts, '**'] : parts;
};

const segmentsMeet = (a: readonly string[], b: readonly string[]): boolean => meet(a, b, '**', namesMeet);

function namesMeet(a: string, b: string): boolean {
  // A character class may be any letter here: a warning too many is better than one too few.
  const symbols = (name: string) => [...name.replaceAll(/\[[^\]]+\]/g, '?')];
  return meet(symbols(a), symbols(b), '*', (one, other) => one === '?' || other === '?' || one === other);
}

/** Whether two patterns have a text in common, by a table over their ends; `star` stands for any part of one. */
function meet(
  a: readonly string[],
  b: readonly string[],
  star: string,
  meets: (one: string, other: string) => boolean,
): boolean {
  let below: (boolean | undefined)[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: (boolean | undefined)[] = [];
    const one = a[i];
    for (let j = b.length; j >= 0; j--) {
      const other = b[j];
      if (one === undefined && other === undefined) row[j] = true;
      else if (one === star || other === star) row[j] = below[j] || row[j + 1];
      else row[j] = one !== undefined && other !== undefined && below[j + 1] && meets(one, other);
    }
    below = row;
  }
  return below[0] === true;
}
