import type { TestCase } from '../domain/checks.ts';
import { isGoEvent, parseGoTest } from './parse-go-test.ts';
import { parseJestJson } from './parse-jest-json.ts';
import { parseJunit } from './parse-junit.ts';
import { isCargoTest, isMinitest, parseCargoTest, parseMinitest } from './parse-printed.ts';
import { parseRspecJson } from './parse-rspec-json.ts';
import { isTap, parseTap } from './parse-tap.ts';
import { type ParsedReport, ReportError } from './test-report.ts';

/**
 * Test cases of a report: JUnit XML (nested suites, as node:test, vitest, jest-junit, pytest and surefire
 * write it), the JSON of vitest, jest and rspec, the events of `go test -json`, the Test Anything Protocol (bats, ava,
 * prove), and what `cargo test` and minitest print.
 *
 * @throws ReportError if it is none of them
 */
export const parseReport = (text: string): TestCase[] => [...readReport(text).cases];

/** As {@link parseReport}, with the report's own count of failures. */
export function readReport(text: string): ParsedReport {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  try {
    if (start.startsWith('<')) return parseJunit(start);
    const firstLine = start.split('\n', 1)[0] ?? '';
    if (isGoEvent(firstLine)) return parseGoTest(start);
    if (start.startsWith('{')) return parseJson(start);
    if (isTap(start)) return parseTap(start);
    if (isCargoTest(start)) return parseCargoTest(start);
    if (isMinitest(start)) return parseMinitest(start);
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    // A parser gives up on nesting or entities in ways of its own; it is no report either way.
    throw new ReportError(`it can't be read: ${(cause as Error).message}`, { cause });
  }
  throw new ReportError(
    start === ''
      ? 'it is empty'
      : 'it is neither JUnit XML, nor the JSON of vitest, jest or rspec, nor of go test -json, TAP, cargo test or minitest',
  );
}

function parseJson(text: string): ParsedReport {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'examples' in value
    ? parseRspecJson(value)
    : parseJestJson(text);
}
