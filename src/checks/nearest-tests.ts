import type { TestCase } from '../domain/checks.ts';
import { editDistance } from '../domain/nearest.ts';
import { partsOf } from './name-words.ts';

const MOST = 3;
/** Longer names are cut for the comparison. */
const COMPARED_LENGTH = 100;
/** Counting mistakes costs time, so of more tests only those that share the most pairs of letters are compared. */
const COMPARED_TESTS = 500;

/** Names of the tests that a name with a mistake in it most likely meant, the nearest first; at most 3. */
export function nearestTests(wanted: string, cases: readonly Pick<TestCase, 'name'>[]): string[] {
  const parts = partsOf(wanted);
  const sought = plain(parts);
  const soughtPairs = pairsOf(sought);
  return [...new Set(cases.map(({ name }) => name))]
    .map((name) => {
      // A title is compared with titles, a longer name with as much of the others.
      const end = plain(partsOf(name).slice(-Math.max(1, parts.length)));
      const pairs = [...pairsOf(end)];
      const shared = pairs.filter((pair) => soughtPairs.has(pair)).length;
      return { name, end, likeness: shared / (pairs.length + soughtPairs.size + 1) };
    })
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, COMPARED_TESTS)
    .map(({ name, end }) => ({ name, distance: editDistance(sought, end) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ name }) => name);
}

const pairsOf = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)));

const plain = (parts: readonly string[]): string =>
  parts
    .join(' ')
    .toLowerCase()
    .replaceAll(/[-_\s]+/g, ' ')
    .slice(0, COMPARED_LENGTH);
