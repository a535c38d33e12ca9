import { z } from 'zod';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';

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
            failureMessages: z.array(z.unknown()).nullish(),
          }),
        )
        .default([]),
    }),
  ),
});

/** The JSON that `vitest --reporter=json` and `jest --json` write. @throws ReportError if it is another */
export function parseJestJson(json: string): ParsedReport {
  const read = jestReport.safeParse(JSON.parse(json));
  if (!read.success)
    throw new ReportError(`it is JSON, but not of vitest or jest: ${z.prettifyError(read.error)}`);
  const cases = read.data.testResults.flatMap((file) => {
    const inFile = file.assertionResults.map((one) =>
      testCase({
        names: one.title ? [...(one.ancestorTitles ?? []), one.title] : [one.fullName ?? ''],
        file: file.name ?? undefined,
        status: one.status === 'passed' ? 'passed' : one.status === 'failed' ? 'failed' : 'skipped',
        seconds: one.duration == null ? undefined : one.duration / 1000,
        message: one.failureMessages?.map(String).join('\n'),
      }),
    );
    // A file that could not be loaded has no test to show for it.
    const broken = file.status === 'failed' && !inFile.some(({ status }) => status === 'failed');
    const message = file.message ?? undefined;
    return broken
      ? [...inFile, testCase({ names: [file.name ?? 'a test file'], status: 'failed', message })]
      : inFile;
  });
  const unsuccessful = read.data.success === false ? 1 : 0;
  return { cases, countedFailures: Math.max(read.data.numFailedTests ?? 0, unsuccessful) };
}
