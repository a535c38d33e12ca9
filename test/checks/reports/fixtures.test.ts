import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReport } from '../../../src/checks/reports/parse-report.ts';
import { ReportError } from '../../../src/checks/reports/test-report.ts';
import type { TestReportFormat } from '../../../src/domain/report-formats.ts';
import { expectNeverBreaks } from '../damaged.ts';
import { FILES } from './expected-tests.ts';

const FOLDER = path.resolve(import.meta.dirname, '../fixtures');
const textOf = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');

const shown = (file: string, format?: TestReportFormat): string[] => {
  const signs = { passed: '+', failed: '-', skipped: '?' };
  return readReport(textOf(file), format)
    .cases.map(({ status, flaky, name, file: where }) =>
      [`${flaky ? '~' : signs[status]} ${name}`, ...(where === undefined ? [] : [where])].join(' @ '),
    )
    .sort();
};

describe('a report of a real tool', () => {
  test.each(FILES)('%s is known by its content, and gives its tests', (file, format, tests) => {
    expect(shown(file)).toEqual(tests);
    expect(shown(file, format)).toEqual(tests);
  });

  test.each(FILES)('%s counts no failure that its tests do not show', (file) => {
    const { cases, countedFailures, problems = [] } = readReport(textOf(file));
    expect(countedFailures).toBeLessThanOrEqual(cases.filter(({ status }) => status === 'failed').length);
    expect(problems).toEqual([]);
  });

  test.each(FILES)('%s gives each test a name of its own', (file) => {
    const ids = readReport(textOf(file)).cases.map(({ name, file: where }) => `${where} ${name}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(FILES)('%s is refused by name as another format', (file, format) => {
    const other = format === 'tap' ? 'junit' : 'tap';
    expect(() => readReport(textOf(file), other)).toThrow(`not in the format \`${other}\``);
  });

  test.each(FILES)('%s that is cut off is refused, or said to be cut off', (file) => {
    const text = textOf(file).trimEnd();
    // Not at the very end of a text that is whole there already.
    for (const share of [0.35, 0.6, 0.9]) {
      const cut = text.slice(0, Math.floor(text.length * share));
      try {
        const { problems = [] } = readReport(cut);
        expect(problems.join('\n')).toMatch(/cut off|plan/);
      } catch (error) {
        expect((error as Error).message).toMatch(/cut off|can't be read|broken|no format|no plan/);
      }
    }
  });

  test('has messages that say what failed', () => {
    const messages = (file: string) =>
      readReport(textOf(file)).cases.flatMap(({ status, message = '(none)' }) =>
        status === 'failed' ? [message.split('\n')[0]] : [],
      );
    expect(messages('go/report.json')).toEqual([
      'panic: no database [recovered, repanicked]',
      'price_test.go:14: one is not two',
      '(none)',
      'price_test.go:20: first try',
      '# example.com/shop/broken [example.com/shop/broken.test]',
    ]);
    expect(messages('dotnet/report.trx')[0]).toBe('Assert.Equal() Failure: expected 2 & got 1');
    expect(messages('by-hand/report14.tap')[0]).toBe('1 is not 2');
    expect(messages('playwright/report.json')[0]).toMatch(/^Error: expect\(received\)/);
  });

  test('has times in milliseconds', () => {
    const time = (file: string, name: string) =>
      readReport(textOf(file)).cases.find((one) => one.name.endsWith(name))?.durationMs;
    expect(time('dotnet/report.trx', 'Breaks')).toBe(60_500);
    expect(time('dotnet/nunit3.xml', 'Adds')).toBe(12.5);
    expect(time('by-hand/report14.tap', 'adds')).toBe(2.5);
  });
});

test('a report with any of its bytes gone or doubled is read or refused, and never breaks the reader', () => {
  expectNeverBreaks(
    FILES.map(([file]) => file),
    textOf,
    400,
    (text) => readReport(text),
    (error) => error instanceof ReportError,
  );
});
