import type { TestCase } from '../domain/checks.ts';
import { type ParsedReport, testCase } from './test-report.ts';

interface GoEvent {
  readonly Action: string;
  readonly Package: string;
  readonly Test?: string;
  readonly Elapsed?: number;
  readonly Output?: string;
}

const STATUS: Readonly<Record<string, TestCase['status']>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
};
/** Lines of a test's output that say nothing about why it failed. */
const FRAME = /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:PASS|FAIL|SKIP):|FAIL\b|ok\s)/;

/** Whether a line is an event of `go test -json`. */
export const isGoEvent = (line: string): boolean => eventOf(line) !== undefined;

/**
 * The events of `go test -json`, one a line. A package that fails without a failing test, such as one that can't be
 * built, is a failing case of its own; so is a test that began and never ended.
 */
export function parseGoTest(text: string): ParsedReport {
  const events = text.split('\n').flatMap((line) => eventOf(line) ?? []);
  const output = new Map<string, string[]>();
  const ends = new Map<string, GoEvent>();
  for (const event of events) {
    const key = keyOf(event);
    if (event.Action === 'run') ends.set(key, event);
    if (event.Action in STATUS) ends.set(key, event);
    // What the compiler says has the package's name in another key.
    if (event.Output !== undefined && !FRAME.test(event.Output))
      output.set(key, [...(output.get(key) ?? []), event.Output]);
  }
  const tests = [...ends.values()].filter(({ Test }) => Test !== undefined);
  const failedTests = new Set(tests.filter(({ Action }) => statusOf(Action) === 'failed').map(packageOf));
  const packages = [...ends.values()].filter(
    (end) => end.Test === undefined && end.Action === 'fail' && !failedTests.has(packageOf(end)),
  );
  const cases = [...tests, ...packages].map((end) => {
    const status = statusOf(end.Action);
    const message = output.get(keyOf(end))?.join('');
    return testCase({
      names: [end.Package, end.Test ?? 'builds'],
      status,
      seconds: end.Elapsed,
      ...(status === 'failed' && {
        message: message ?? (end.Action === 'run' ? 'it never ended' : undefined),
      }),
    });
  });
  return { cases, countedFailures: cases.filter(({ status }) => status === 'failed').length };
}

const packageOf = (event: GoEvent): string => event.Package;
const keyOf = ({ Package, Test = '' }: GoEvent): string => `${Package}\0${Test}`;
const statusOf = (action: string): TestCase['status'] => STATUS[action] ?? 'failed';

function eventOf(line: string): GoEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    const { Action, Package, ImportPath } = value as Record<string, unknown>;
    const of = Package ?? ImportPath;
    if (typeof Action !== 'string' || typeof of !== 'string') return undefined;
    return { ...(value as GoEvent), Package: of };
  } catch {
    return undefined;
  }
}
