import { z } from 'zod';
import { type ParsedReport, readShape, testCase, withoutSuffix } from './test-report.ts';

const text = z.string().nullish();
const mochaTest = z.object({
  title: z.string(),
  fullTitle: text,
  file: text,
  duration: z.number().nullish(),
  currentRetry: z.number().nullish(),
  err: z.object({ message: text, stack: text }).nullish(),
});
const mochaReport = z.object({
  stats: z.object({ failures: z.number().optional() }),
  tests: z.array(mochaTest),
  pending: z.array(mochaTest).default([]),
  failures: z.array(mochaTest).default([]),
});
type MochaTest = z.infer<typeof mochaTest>;

/** The JSON of mocha's reporter `json`. A hook that failed is no test of it, but a failure. */
export function parseMochaJson(json: unknown): ParsedReport {
  const { stats, tests, pending, failures } = readShape(mochaReport, json, 'mocha');
  const idOf = ({ fullTitle, title, file }: MochaTest) => JSON.stringify([file, fullTitle ?? title]);
  const waiting = new Set(pending.map(idOf));
  const failed = new Set(failures.map(idOf));
  const known = new Set(tests.map(idOf));
  const hooks = failures.filter((one) => !known.has(idOf(one)));
  const cases = [...tests, ...hooks].map((one) => {
    const status = failed.has(idOf(one)) ? 'failed' : waiting.has(idOf(one)) ? 'skipped' : 'passed';
    return testCase({
      names: [withoutSuffix(one.fullTitle ?? '', one.title), one.title],
      file: one.file ?? undefined,
      status,
      seconds: one.duration == null ? undefined : one.duration / 1000,
      message: one.err?.stack ?? one.err?.message ?? undefined,
      flaky: status === 'passed' && (one.currentRetry ?? 0) > 0,
    });
  });
  return { cases, countedFailures: stats.failures ?? 0 };
}
