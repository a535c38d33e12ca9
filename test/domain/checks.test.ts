import { describe, expect, test } from 'vitest';
import { type CheckResult, newlyRed, testId } from '../../src/domain/checks.ts';
import { stubCheck } from '../support/stub-home.ts';

const red = (more: Partial<CheckResult> = {}): CheckResult => stubCheck('test', more);
const names = (...args: Parameters<typeof newlyRed>) => newlyRed(...args).map(({ name }) => name);

describe('newlyRed', () => {
  test('leaves out checks that passed', () => {
    expect(names([red(), red({ name: 'lint', passed: true })])).toEqual(['test']);
  });

  test('goes by the verdict of whoever compared all names, if there is one', () => {
    const known = [{ name: 'test', failing: ['a'] }];
    expect(names([red({ failing: ['new'], known: true })], known)).toEqual([]);
    expect(names([red({ known: true })])).toEqual([]);
    expect(names([red({ failing: ['a'], known: false })], known)).toEqual(['test']);
    expect(names([red({ passed: true, known: false })])).toEqual([]);
  });

  test('compares the names of a result without a verdict, as histories of before hold it', () => {
    const known = [{ name: 'test', failing: ['a', 'b'] }];
    expect(names([red({ failing: ['b'] })], known)).toEqual([]);
    expect(names([red({ failing: ['b', 'c'] })], known)).toEqual(['test']);
    expect(names([red()], known)).toEqual(['test']);
    expect(names([red()], [{ name: 'test', failing: [] }])).toEqual([]);
    expect(names([red({ failing: ['a'] })], [{ name: 'test', failing: [] }])).toEqual(['test']);
    expect(names([red({ failing: ['a'] })], [{ name: 'lint', failing: ['a'] }])).toEqual(['test']);
  });
});

test('a test is named by its check, its file if there is one, and its name', () => {
  expect(testId({ check: 'unit', name: 'a > b', file: 'test/a.ts' })).toBe('unit: test/a.ts: a > b');
  expect(testId({ check: 'unit', name: 'a > b' })).toBe('unit: a > b');
});
