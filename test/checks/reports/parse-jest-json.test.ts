import { expect, test } from 'vitest';
import { parseJestJson } from '../../../src/checks/reports/parse-jest-json.ts';
import { countCases, testCase } from '../../../src/checks/reports/test-report.ts';

const report = (files: unknown[], more: object = {}) => parseJestJson({ testResults: files, ...more });
const one = (assertion: object) =>
  report([{ name: 'a.ts', assertionResults: [{ status: 'passed', ...assertion }] }]).cases[0];

test('a test has its title with those above, else its whole name, else none', () => {
  expect(one({ title: 'b', ancestorTitles: ['a'] })?.name).toBe('a > b');
  expect(one({ title: 'b', ancestorTitles: null, fullName: 'x b' })?.name).toBe('b');
  expect(one({ title: '', ancestorTitles: ['a'], fullName: 'a b' })?.name).toBe('a b');
  expect(one({})?.name).toBe('(no name)');
});

test('a test that neither passed nor failed was skipped', () => {
  const statuses = ['passed', 'failed', 'pending', 'todo'].map(
    (status) => one({ title: 'a', status })?.status,
  );
  expect(statuses).toEqual(['passed', 'failed', 'skipped', 'skipped']);
});

test('a test has its time and what it failed with, as far as they are told', () => {
  expect(one({ title: 'a', duration: 0 })).toEqual({
    name: 'a',
    file: 'a.ts',
    status: 'passed',
    durationMs: 0,
  });
  expect(one({ title: 'a', duration: null, failureMessages: null })).not.toHaveProperty('durationMs');
  expect(one({ title: 'a', status: 'failed', failureMessages: ['x', 3] })?.message).toBe('x\n3');
  expect(report([{ assertionResults: [{ title: 'a', status: 'passed' }] }]).cases).toEqual([
    { name: 'a', status: 'passed' },
  ]);
});

test('a file that failed is a failed test, unless one of its tests failed', () => {
  const broken = (more: object) =>
    report([{ status: 'failed', ...more }]).cases.map(({ name, status }) => [name, status]);
  const passed = { title: 'a', status: 'passed' };
  expect(broken({ name: 'a.ts', assertionResults: [passed] })).toEqual([
    ['a', 'passed'],
    ['a.ts', 'failed'],
  ]);
  expect(broken({ name: 'a.ts', assertionResults: [passed, { title: 'b', status: 'failed' }] })).toEqual([
    ['a', 'passed'],
    ['b', 'failed'],
  ]);
  expect(broken({})).toEqual([['a test file', 'failed']]);
  expect(report([{ name: 'a.ts', status: 'passed' }]).cases).toEqual([]);
});

test('failures are counted by the report too', () => {
  expect(report([]).countedFailures).toBe(0);
  expect(report([], { success: true }).countedFailures).toBe(0);
  expect(report([], { success: false }).countedFailures).toBe(1);
  expect(report([], { success: false, numFailedTests: 3 }).countedFailures).toBe(3);
});

test('a case is kept within bounds', () => {
  const { name, message } = testCase({
    names: [' a \n b', undefined, ' ', 'c'.repeat(2000)],
    status: 'failed',
    message: ` \n${Array.from({ length: 9 }, (_, index) => `line ${index}`).join('\n')}`,
  });
  expect(name).toBe(`a b > ${'c'.repeat(994)}`);
  expect(message?.split('\n')).toEqual(Array.from({ length: 8 }, (_, index) => `line ${index}`));
  expect(testCase({ names: ['a'], status: 'failed', message: 'x'.repeat(2000) }).message).toHaveLength(1000);
  expect(testCase({ names: ['a'], status: 'passed', seconds: Number.NaN, file: '', message: ' ' })).toEqual({
    name: 'a',
    status: 'passed',
  });
  expect(testCase({ names: ['a'], status: 'passed', seconds: 0.001_234_567_8, flaky: false })).toEqual({
    name: 'a',
    status: 'passed',
    durationMs: 1.235,
  });
});

test('cases are counted by what became of them', () => {
  const of = (status: 'passed' | 'failed' | 'skipped') => ({ name: 'a', status });
  const cases = [of('passed'), of('passed'), of('passed'), of('failed'), of('failed'), of('skipped')];
  expect(countCases(cases)).toEqual({ total: 6, passing: 3, failing: 2, skipped: 1 });
});
