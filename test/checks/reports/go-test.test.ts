import { describe, expect, test } from 'vitest';
import { readReport } from '../../../src/checks/reports/parse-report.ts';

describe('the events of `go test -json`', () => {
  const event = (Action: string, more: object = {}) => JSON.stringify({ Action, Package: 'p', ...more });
  const shownOf = (...lines: readonly string[]) => {
    const { cases, problems = [] } = readReport(lines.join('\n'));
    return [...cases.map(({ name, status, flaky }) => `${name}: ${flaky ? 'flaky' : status}`), ...problems];
  };

  test('name a test that never ended, and a package whose end is missing', () => {
    expect(shownOf(event('start'), event('run', { Test: 'TestA' }), event('fail'))).toEqual([
      'p > TestA: failed',
    ]);
    expect(shownOf(event('start'), event('run', { Test: 'TestA' }))).toEqual([
      'p > TestA: failed',
      'it is cut off: the tests of p have no end in it',
    ]);
    expect(shownOf(event('start'), event('pass'), '{"Action":"ru')).toEqual([
      'it is cut off: its last line is no whole event',
    ]);
  });

  test('may stand among other output, but not be broken in the middle', () => {
    expect(shownOf('go: downloading x v1', event('start'), '', event('pass'))).toEqual([]);
    expect(() => shownOf(event('start'), '{broken', event('pass'), event('pass'))).toThrow(
      'line 2 is no event',
    );
  });

  test('of a package that failed once and passed in a later run show no failure', () => {
    expect(shownOf(event('start'), event('fail'), event('start'), event('pass'))).toEqual([]);
    expect(shownOf(event('start'), event('pass'), event('start'), event('fail'))).toEqual(['p: failed']);
  });
});
