import { describe, expect, test } from 'vitest';
import { readReport } from '../../../src/checks/reports/parse-report.ts';

describe('TAP', () => {
  const of = (text: string) => {
    const { cases, problems = [] } = readReport(text);
    return [
      ...cases.map(({ name, status, message }) => [name, status, ...(message ? [message] : [])]),
      ...problems,
    ];
  };

  test.each([
    ['bails out', '1..2\nok 1 - a\nBail out! no database\n', ['bail out', 'failed', 'no database']],
    [
      'has no plan',
      'TAP version 13\nok 1 - a\n',
      'it has no plan: it is cut off, or its producer ended before the last test',
    ],
    [
      'has fewer tests than planned',
      '1..3\nok 1 - a\nok 2 - b\n',
      'its plan says 3 tests, and it has 2: it may be cut off',
    ],
    [
      'has more tests than planned',
      '1..1\nok 1 - a\nok 2 - b\n',
      'its plan says 1 tests, and it has 2: it may be cut off',
    ],
  ])('that %s is red', (_, text, problem) => {
    expect(of(text)).toContainEqual(problem);
  });

  test('without tests is whole if its plan says so', () => {
    expect(of('TAP version 13\n1..0 # SKIP no database\n')).toEqual([]);
  });

  test('may stand behind other output, and end its lines as Windows does', () => {
    expect(of('> test\n> tap\nok 1 - a\r\nnot ok 2 - b\r\n1..2\r\n')).toEqual([
      ['a', 'passed'],
      ['b', 'failed'],
    ]);
  });
});
