import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKnownRed } from '../../src/checks/known-red.ts';

const counts = (failing: number) => ({ total: 100, passing: 100 - failing, failing, skipped: 0 });
/** A red check whose report shows these failing tests; a result holds 20 of their names. */
const known = (failing: string[], base: string[], hasReport = true) =>
  isKnownRed({ failing: failing.slice(0, 20), tests: counts(failing.length) }, failing, {
    failing: base,
    hasReport,
  });
const many = Array.from({ length: 60 }, (_, index) => `test ${index}`);

describe('a red check with failing tests', () => {
  test('is known if all of them failed on the base, in any order and however many', () => {
    expect(known(['b', 'a'], ['a', 'b', 'c'])).toBe(true);
    expect(known(many.toReversed(), many)).toBe(true);
    expect(known([...many.slice(1), 'new'], many)).toBe(false);
    expect(known(['a'], ['b'])).toBe(false);
  });

  test('is known only if each name failed on the base as often', () => {
    expect(known(['a', 'a'], ['a', 'a', 'b'])).toBe(true);
    expect(known(['a', 'a'], ['a', 'b'])).toBe(false);
  });

  test('is not known if the base had none', () => {
    expect(known(['a'], [])).toBe(false);
    expect(known(['a'], [], false)).toBe(false);
  });

  test('is not known if the list of their names is not complete', () => {
    const base = { failing: many, hasReport: true };
    expect(isKnownRed({ failing: many.slice(0, 20), tests: counts(60) }, many.slice(0, 20), base)).toBe(
      false,
    );
    expect(isKnownRed({ failing: ['test 1'], tests: counts(1) }, [], base)).toBe(false);
  });

  test('is known exactly if what fails is a part of what failed', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, names, (failing, base) => {
        const times = (of: string[], name: string) => of.filter((one) => one === name).length;
        const isPart = failing.every((name) => times(failing, name) <= times(base, name));
        expect(known(failing, base)).toBe(isPart);
      }),
    );
  });
});

describe('a red check without failing tests', () => {
  const crashed = (
    tests: ReturnType<typeof counts> | null,
    base: { failing: string[]; hasReport: boolean },
  ) => isKnownRed({ failing: [], tests }, [], base);

  test('is known if it has no report, here and on the base', () => {
    expect(crashed(null, { failing: [], hasReport: false })).toBe(true);
  });

  test('is known if its report shows no failure, here and on the base', () => {
    expect(crashed(counts(0), { failing: [], hasReport: true })).toBe(true);
  });

  test('is not known if the base crashed in another way, or had failing tests', () => {
    expect(crashed(null, { failing: [], hasReport: true })).toBe(false);
    expect(crashed(counts(0), { failing: [], hasReport: false })).toBe(false);
    expect(crashed(null, { failing: ['a'], hasReport: true })).toBe(false);
    expect(crashed(counts(0), { failing: ['a'], hasReport: true })).toBe(false);
  });
});
