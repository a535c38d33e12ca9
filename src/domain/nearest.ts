/** Number of letters to insert, drop, replace or swap with their neighbour to get from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Names longer than this are no typing mistake; comparing them would only cost time. */
const LONGEST_NAME = 100;

/** The one of `known` that was most likely meant by `name`, or undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_\s]/g, '');
  const ranked = known
    .filter((candidate) => candidate !== name)
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (!best) return undefined;
  // A third of the letters: `lnit` is lint, `foo` is not `bar`.
  return best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

/** `: did you mean …?`, or what there is to choose from. */
export function suggestion(name: string, known: readonly string[]): string {
  // What is there already was not meant by a mistake in its name.
  if (known.includes(name)) return '';
  const near = nearest(name, known);
  if (near !== undefined) return `: did you mean \`${near}\`?`;
  return known.length > 0 ? `; there are ${quoted(known)}` : '';
}
