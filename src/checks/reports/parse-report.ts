import type { TestCase } from '../domain/checks.ts';
import { parseJestJson } from './parse-jest-json.ts';
import { parseJunit } from './parse-junit.ts';
import { type ParsedReport, ReportError } from './test-report.ts';

/**
 * Test cases of a report: JUnit XML (nested suites, as node:test, vitest, jest-junit, pytest and surefire
 * write it) or the JSON of vitest and jest.
 *
 * @throws ReportError if it is neither
 */
export const parseReport = (text: string): TestCase[] => [...readReport(text).cases];

/** As {@link parseReport}, with the report's own count of failures. */
export function readReport(text: string): ParsedReport {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  try {
    if (start.startsWith('<')) return parseJunit(start);
    if (start.startsWith('{')) return parseJestJson(start);
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    // A parser gives up on nesting or entities in ways of its own; it is no report either way.
    throw new ReportError(`it can't be read: ${(cause as Error).message}`, { cause });
  }
  throw new ReportError(
    start === '' ? 'it is empty' : 'it is neither JUnit XML nor the JSON of vitest or jest',
  );
}
