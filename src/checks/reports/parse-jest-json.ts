import { z } from 'zod';
import { type ParsedReport, readShape, testCase } from './test-report.ts';

const text = z.string().nullish();
const jestReport = z.object({
  success: z.boolean().optional(),
  numFailedTests: z.number().optional(),
  testResults: z.array(
    z.object({
      name: text,
      status: text,
      message: text,
      assertionResults: z
        .array(
          z.object({
            ancestorTitles: z.array(z.string()).nullish(),
            title: text,
            fullName: text,
            status: z.string(),
            duration: z.number().nullish(),
            /** How often jest ran it. vitest doesn't say, but keeps what failed before. */
            invocations: z.number().nullish(),
            failureMessages: z.array(z.unknown()).nullish(),
          }),
        )
        .default([]),
    }),
  ),
});

type Assertion = z.infer<typeof jestReport>['testResults'][number]['assertionResults'][number];
const wasRunAgain = (one: Assertion): boolean =>
  (one.invocations ?? 1) > 1 || (one.failureMessages ?? []).length > 0;

/** The JSON that `vitest --reporter=json` and `jest --json` write. @throws ReportError if it is another */
export function parseJestJson(json: unknown): ParsedReport {
  const { testResults, success, numFailedTests } = readShape(jestReport, json, 'vitest or jest');
  const cases = testResults.flatMap((file) => {
    const inFile = file.assertionResults.map((one) =>
      testCase({
        names: one.title ? [...(one.ancestorTitles ?? []), one.title] : [one.fullName ?? ''],
        file: file.name ?? undefined,
        status: one.status === 'passed' ? 'passed' : one.status === 'failed' ? 'failed' : 'skipped',
        seconds: one.duration == null ? undefined : one.duration / 1000,
        message: one.failureMessages?.map(String).join('\n'),
        flaky: one.status === 'passed' && wasRunAgain(one),
      }),
    );
    // A file that could not be loaded has no test to show for it.
    const broken = file.status === 'failed' && !inFile.some(({ status }) => status === 'failed');
    const message = file.message ?? undefined;
    return broken
      ? [...inFile, testCase({ names: [file.name ?? 'a test file'], status: 'failed', message })]
      : inFile;
  });
  return { cases, countedFailures: Math.max(numFailedTests ?? 0, success === false ? 1 : 0) };
}
