import { z } from 'zod';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';

const text = z.string().nullish();
const rspecReport = z.object({
  examples: z.array(
    z.object({
      full_description: text,
      description: text,
      status: z.string(),
      file_path: text,
      run_time: z.number().nullish(),
      exception: z.object({ class: text, message: text }).nullish(),
    }),
  ),
  summary: z
    .object({ failure_count: z.number(), errors_outside_of_examples_count: z.number().default(0) })
    .optional(),
});

/** The JSON that `rspec --format json` writes. @throws ReportError if it is another */
export function parseRspecJson(value: unknown): ParsedReport {
  const read = rspecReport.safeParse(value);
  if (!read.success) throw new ReportError(`it is JSON, but not of rspec: ${z.prettifyError(read.error)}`);
  const { examples, summary } = read.data;
  const cases = examples.map((one) =>
    testCase({
      names: [one.full_description ?? one.description ?? ''],
      file: one.file_path?.replace(/^\.\//, ''),
      status: one.status === 'passed' ? 'passed' : one.status === 'failed' ? 'failed' : 'skipped',
      seconds: one.run_time ?? undefined,
      message: one.exception?.message ?? undefined,
    }),
  );
  const failed = summary === undefined ? 0 : summary.failure_count + summary.errors_outside_of_examples_count;
  return { cases, countedFailures: failed };
}
