import type { z } from 'zod';
import type { TestCase, TestCounts } from '../../domain/checks.ts';
import { schemaProblems } from '../../domain/schema-findings.ts';

/** What a report says. */
export interface ParsedReport {
  readonly cases: readonly TestCase[];
  /**
   * Failures by the report's own counters, which also know those that no test case shows; without those of tests that
   * passed when they were run again.
   */
  readonly countedFailures: number;
  /** What is wrong with the report itself, such as an end that is missing; its cases count all the same. */
  readonly problems?: readonly string[];
}

/** A text that is no test report; its message says why. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** @throws ReportError if a report in JSON isn't one of that tool */
export function readShape<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  tool: string,
): z.output<Schema> {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new ReportError(`it is JSON, but not of ${tool}: ${schemaProblems(read.error, json, schema)}`);
}

/** The name of a test without the suite's before it, as runners that have one text for both write it. */
export const withoutPrefix = (name: string, suite: string): string =>
  suite !== '' && name.startsWith(`${suite}.`) ? name.slice(suite.length + 1) : name;

/** The name of a suite: the whole name of a test without its title at the end. */
export const withoutSuffix = (whole: string, title: string): string =>
  whole.endsWith(title) ? whole.slice(0, whole.length - title.length) : whole;

/** Counts of test cases. */
export function countCases(cases: readonly TestCase[]): TestCounts {
  const of = (status: TestCase['status']) => cases.filter((one) => one.status === status).length;
  return {
    total: cases.length,
    passing: of('passed'),
    failing: of('failed'),
    skipped: of('skipped'),
  };
}

const MAX_NAME = 1000;
const MAX_MESSAGE = 1000;

/** A test case within its bounds: white space made plain, long texts cut. */
export const testCase = (given: {
  readonly names: readonly (string | undefined)[];
  readonly status: TestCase['status'];
  readonly file?: string | undefined;
  readonly seconds?: number | undefined;
  readonly message?: string | undefined;
  readonly flaky?: boolean;
}): TestCase => {
  const name = given.names
    .map((part) => (part ?? '').replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join(' > ')
    .slice(0, MAX_NAME);
  const message = given.message?.trim().split('\n').slice(0, 8).join('\n').slice(0, MAX_MESSAGE);
  const durationMs = given.seconds === undefined ? Number.NaN : Math.round(given.seconds * 1e6) / 1e3;
  return {
    name: name === '' ? '(no name)' : name,
    status: given.status,
    ...(given.file ? { file: given.file } : {}),
    ...(Number.isFinite(durationMs) ? { durationMs } : {}),
    ...(message ? { message } : {}),
    ...(given.flaky ? { flaky: true } : {}),
  };
};
