import type { TestCase, TestCounts, VanishedTest } from '../domain/checks.ts';

/** Whether a check whose report had test cases reports none any more: it then measures nothing. */
export const lostAllCases = (before: TestCounts | null, after: TestCounts | null): boolean =>
  before !== null && after !== null && before.total > 0 && after.total === 0;

/**
 * The tests of a check that passed before, and are missing or skipped now, sorted by file and name. A test is known by
 * its name and file, and may stand in a report several times. One that moved, to another suite or file, or whose name
 * holds what differs at each run, has not vanished: a passing test like it is new. Files have to be relative, or no two worktrees agree.
 */
export function vanishedTests(
  check: string,
  before: readonly TestCase[],
  after: readonly TestCase[],
): VanishedTest[] {
  const was = tally(before);
  const is = tally(after);
  const gone = [...was.values()].flatMap((one) => goneOf(one, is.get(idOf(one.test))));
  const fresh = [...is.values()].filter(({ test }) => !was.has(idOf(test)));
  const missing = withoutTwins(
    gone.filter(({ now }) => now === 'missing'),
    fresh.flatMap(({ test, passed }) => Array.from({ length: passed }, () => test)),
  );
  return [...missing, ...gone.filter(({ now }) => now === 'skipped')]
    .sort(byPlace)
    .map(({ test, now }) => ({ check, ...test, now }));
}

type Test = Pick<TestCase, 'name' | 'file'>;
interface Gone {
  readonly test: Test;
  readonly now: VanishedTest['now'];
}
type Tally = Record<TestCase['status'], number> & { readonly test: Test };

const idOf = ({ name, file = '' }: Test): string => `${file}\0${name}`;

const title = ({ name }: Test): string => name.split(' > ').at(-1) ?? name;

function tally(cases: readonly TestCase[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { name, file, status } of cases) {
    const test = file === undefined ? { name } : { name, file };
    const one = tallies.get(idOf(test)) ?? { test, passed: 0, failed: 0, skipped: 0 };
    one[status] += 1;
    tallies.set(idOf(test), one);
  }
  return tallies;
}

/** How often a test that passed is missing and is skipped now. One that fails now is red, which is reported elsewhere. */
function goneOf(was: Tally, is: Omit<Tally, 'test'> = { passed: 0, failed: 0, skipped: 0 }): Gone[] {
  const grown = (status: TestCase['status']) => Math.max(0, is[status] - was[status]);
  const gone = Math.max(0, was.passed - is.passed - grown('failed'));
  const skipped = Math.min(gone, grown('skipped'));
  return Array.from({ length: gone }, (_, index) => ({
    test: was.test,
    now: index < skipped ? 'skipped' : 'missing',
  }));
}

/** What differs at each run: temporary paths, UUIDs, hashes and ids, and the digits of times, ports and counters. */
const VARYING = new RegExp(
  [
    String.raw`(?<![\w.])(?:/private)?/(?:tmp|var/tmp|var/folders)/[^\s'"\x60<>()\[\],;]+`,
    String.raw`\b[a-z]:[\\/][^\s'"\x60]{0,200}?[\\/]temp[\\/][^\s'"\x60<>()\[\],;]+`,
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    '[0-9a-f]{6,}',
    '[0-9]+',
  ].join('|'),
  'gi',
);

const masked = (name: string): string => name.replace(VARYING, '\0');

/**
 * What each pass takes for a twin: the same test in another file, then in another suite, then anywhere; last the same
 * but for what differs at each run, in its own file.
 */
const LIKENESSES: readonly ((test: Test) => string)[] = [
  ({ name }) => name,
  (test) => `${test.file ?? ''}\0${title(test)}`,
  title,
  ({ name, file = '' }) => `${file}\0${masked(name)}`,
];

/** The missing tests that none of the new ones can stand for; each new test stands for one. */
function withoutTwins(missing: readonly Gone[], fresh: readonly Test[]): readonly Gone[] {
  let left = missing.toSorted(byPlace);
  let unused = fresh.toSorted((a, b) => compare(idOf(a), idOf(b)));
  for (const likeness of LIKENESSES) {
    const twins = new Map<string, Test[]>();
    for (const test of unused) put(twins, likeness(test), test);
    left = left.filter(({ test }) => twins.get(likeness(test))?.pop() === undefined);
    unused = [...twins.values()].flat();
  }
  return left;
}

function put<T>(groups: Map<string, T[]>, key: string, one: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [one]);
  else group.push(one);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPlace = (a: Gone, b: Gone): number => compare(idOf(a.test), idOf(b.test)) || compare(a.now, b.now);
