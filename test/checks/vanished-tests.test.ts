import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lostAllCases, vanishedTests } from '../../src/checks/vanished-tests.ts';
import type { TestCase } from '../../src/domain/checks.ts';

const testCase = (name: string, file?: string, status: TestCase['status'] = 'passed'): TestCase => ({
  name,
  status,
  ...(file === undefined ? {} : { file }),
});
const vanished = (before: TestCase[], after: TestCase[]) =>
  vanishedTests('test', before, after).map(({ file, name, now }) => `${file ?? '-'} ${name}: ${now}`);

const a = testCase('cart > adds', 'a.ts');
const b = testCase('cart > removes', 'a.ts');
const skipped = (one: TestCase): TestCase => ({ ...one, status: 'skipped' });
const failed = (one: TestCase): TestCase => ({ ...one, status: 'failed' });

describe('a test that passed before', () => {
  test('vanished if it is missing or skipped', () => {
    expect(vanishedTests('unit', [a, b], [skipped(b)])).toEqual([
      { check: 'unit', name: 'cart > adds', file: 'a.ts', now: 'missing' },
      { check: 'unit', name: 'cart > removes', file: 'a.ts', now: 'skipped' },
    ]);
    expect(vanished([testCase('x')], [])).toEqual(['- x: missing']);
  });

  test('has not vanished if it fails now', () => {
    expect(vanished([a, b], [failed(a), b])).toEqual([]);
  });

  test('is counted as often as it stands there', () => {
    expect(vanished([a, a, a], [a])).toEqual(['a.ts cart > adds: missing', 'a.ts cart > adds: missing']);
    expect(vanished([a, a, a], [a, skipped(a)])).toEqual([
      'a.ts cart > adds: missing',
      'a.ts cart > adds: skipped',
    ]);
    expect(vanished([a, failed(a)], [failed(a)])).toEqual(['a.ts cart > adds: missing']);
    expect(vanished([a, skipped(a)], [skipped(a)])).toEqual(['a.ts cart > adds: missing']);
    expect(vanished([a, failed(a)], [a])).toEqual([]);
  });

  test('moved if a new passing test has its title: another suite, another file', () => {
    expect(vanished([a], [testCase('basket > adds', 'a.ts')])).toEqual([]);
    expect(vanished([a], [testCase('cart > adds', 'b.ts')])).toEqual([]);
    expect(vanished([a], [testCase('adds', 'c.ts')])).toEqual([]);
  });

  test('did not move if the test with its title fails, is skipped, or was there before', () => {
    const other = testCase('basket > adds', 'b.ts');
    expect(vanished([a], [failed(other)])).toEqual(['a.ts cart > adds: missing']);
    expect(vanished([a], [skipped(other)])).toEqual(['a.ts cart > adds: missing']);
    expect(vanished([a, other], [other])).toEqual(['a.ts cart > adds: missing']);
    expect(vanished([a, skipped(other)], [other])).toEqual(['a.ts cart > adds: missing']);
  });

  test('is not excused by a twin if it is still there, skipped', () => {
    expect(vanished([a], [skipped(a), testCase('basket > adds', 'a.ts')])).toEqual([
      'a.ts cart > adds: skipped',
    ]);
  });

  test('shares no twin with another, and the likeliest takes it', () => {
    const inB = testCase('cart > adds', 'b.ts');
    const list = testCase('list > adds', 'a.ts');
    expect(vanished([a, list], [inB])).toEqual(['a.ts list > adds: missing']);
    expect(vanished([list, testCase('x > adds', 'z.ts')], [testCase('y > adds', 'z.ts')])).toEqual([
      'a.ts list > adds: missing',
    ]);
    expect(vanished([a, list], [inB, testCase('new > adds', 'c.ts')])).toEqual([]);
  });
});

describe('a name that holds what differs at each run', () => {
  const inFile = (...names: string[]) => names.map((name) => testCase(name, 'a.ts'));

  test.each([
    ['at 2024-05-01T10:00:00', 'at 2024-05-01T10:05:00'],
    ['listens at 127.0.0.1:8080', 'listens at 127.0.0.1:49152'],
    ['user 7f3a9c', 'user b00d1e'],
    ['id 123e4567-e89b-42d3-a456-426614174000', 'id abcdefab-cdef-4bcd-9abc-abcdefabcdef'],
    ['reads /tmp/baton-XyZabc/a.txt', 'reads /tmp/baton-QrsTuv/a.txt'],
    ['reads "/private/var/folders/x_/k/T/b-QQ"', 'reads "/var/folders/zz/T/b-RR"'],
    ['reads C:\\Users\\me\\AppData\\Local\\Temp\\xYz', 'reads C:\\Users\\me\\AppData\\Local\\Temp\\aBc'],
  ])('is known again: %s', (before, after) => {
    expect(vanished(inFile(before), inFile(after))).toEqual([]);
  });

  test('is known again only in its file, and only among new tests that pass', () => {
    const [was, is] = [testCase('port 80', 'a.ts'), testCase('port 81', 'b.ts')];
    expect(vanished([was], [is])).toEqual(['a.ts port 80: missing']);
    const same = testCase('port 81', 'a.ts');
    expect(vanished([was], [failed(same)])).toEqual(['a.ts port 80: missing']);
    expect(vanished([was, same], [same])).toEqual(['a.ts port 80: missing']);
  });

  test('shares no twin with another, and a test of the same title takes it first', () => {
    expect(vanished(inFile('port 1', 'port 2'), inFile('port 3'))).toEqual(['a.ts port 2: missing']);
    expect(vanished(inFile('a > port 1', 'b > port 3'), inFile('a > port 3'))).toEqual([
      'a.ts a > port 1: missing',
    ]);
  });

  test('a test deleted among such names is still noticed', () => {
    const plain = fc.constantFrom('opens', 'closes', 'sorts', 'waits', 'stops');
    const names = fc.uniqueArray(plain, { minLength: 1 });
    fc.assert(
      fc.property(names, fc.nat(), fc.nat(), fc.nat(4), (all, before, after, index) => {
        const deleted = all[index % all.length];
        const at = (run: number, some: readonly string[]) =>
          inFile(...some.map((name) => `${name} at ${run}`));
        const left = all.filter((name) => name !== deleted);
        expect(vanished(at(before, all), at(after, left))).toEqual([`a.ts ${deleted} at ${before}: missing`]);
      }),
    );
  });

  test('as many vanish as there are fewer of them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), fc.uniqueArray(fc.nat()), (before, after) => {
        const at = (runs: number[]) => inFile(...runs.map((run) => `at ${run}`));
        expect(vanished(at(before), at(after))).toHaveLength(Math.max(0, before.length - after.length));
      }),
    );
  });
});

test('a test that failed or was skipped before can not vanish', () => {
  expect(vanished([failed(a), skipped(b)], [])).toEqual([]);
});

describe('whatever the reports hold', () => {
  const anyCase = fc.record({
    name: fc.constantFrom('a > x', 'b > x', 'x', 'a > y', 'y'),
    file: fc.constantFrom('1.ts', '2.ts'),
    status: fc.constantFrom<TestCase['status'][]>('passed', 'failed', 'skipped'),
  });
  const anyCases = fc.array(anyCase, { maxLength: 30 });
  const shuffled = (cases: readonly TestCase[]) =>
    fc.shuffledSubarray([...cases], { minLength: cases.length, maxLength: cases.length });

  test('nothing vanishes from a report in another order', () => {
    fc.assert(
      fc.property(
        anyCases.chain((before) => fc.tuple(fc.constant(before), shuffled(before))),
        ([before, after]) => {
          expect(vanished(before, after)).toEqual([]);
        },
      ),
    );
  });

  test('the order of the reports changes nothing', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(anyCases, anyCases)
          .chain(([before, after]) =>
            fc.tuple(fc.constant(before), fc.constant(after), shuffled(before), shuffled(after)),
          ),
        ([before, after, beforeToo, afterToo]) => {
          expect(vanished(beforeToo, afterToo)).toEqual(vanished(before, after));
        },
      ),
    );
  });

  test('exactly those that were deleted from different tests vanish', () => {
    const distinct = fc.uniqueArray(fc.tuple(fc.nat(60), fc.nat(9)), {
      selector: String,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        distinct.chain((ids) => fc.tuple(fc.constant(ids), fc.subarray(ids))),
        ([ids, deleted]) => {
          const caseOf = ([name, file]: [number, number]) => testCase(`s > t${name}`, `${file}.ts`);
          const after = ids.filter((id) => !deleted.includes(id)).map(caseOf);
          const expected = deleted.map(caseOf).map(({ file, name }) => `${file} ${name}: missing`);
          expect(vanished(ids.map(caseOf), after).sort()).toEqual(expected.sort());
        },
      ),
    );
  });

  test('no more vanish than passed before and do not pass now', () => {
    const passes = (cases: readonly TestCase[]) => cases.filter(({ status }) => status === 'passed').length;
    fc.assert(
      fc.property(anyCases, anyCases, (before, after) => {
        expect(vanished(before, after).length).toBeLessThanOrEqual(passes(before));
        expect(vanished(before, [])).toHaveLength(passes(before));
      }),
    );
  });
});

test('a check lost all its cases if it had some and its report has none now', () => {
  const counts = (total: number) => ({ total, passing: total, failing: 0, skipped: 0 });
  expect(lostAllCases(counts(3), counts(0))).toBe(true);
  expect(lostAllCases(counts(3), counts(1))).toBe(false);
  expect(lostAllCases(counts(0), counts(0))).toBe(false);
  expect(lostAllCases(null, counts(0))).toBe(false);
  expect(lostAllCases(counts(3), null)).toBe(false);
});
