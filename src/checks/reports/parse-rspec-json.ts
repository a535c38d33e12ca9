import { z } from 'zod';
import { type ParsedReport, readShape, testCase, withoutSuffix } from './test-report.ts';

const rspecReport = z.object({
  examples: z.array(
    z.object({
      description: z.string().nullish(),
      full_description: z.string(),
      status: z.string(),
      file_path: z.string().nullish(),
      run_time: z.number().nullish(),
      exception: z.object({ class: z.string().nullish(), message: z.string().nullish() }).nullish(),
    }),
  ),
  summary: z
    .object({
      failure_count: z.number().optional(),
      errors_outside_of_examples_count: z.number().optional(),
    })
    .optional(),
});

/** The JSON that `rspec --format json` writes. */
export function parseRspecJson(json: unknown): ParsedReport {
  const { examples, summary } = readShape(rspecReport, json, 'RSpec');
  const cases = examples.map((one) => {
    const title = one.description ?? one.full_description;
    return testCase({
      names: [withoutSuffix(one.full_description, title), title],
      file: one.file_path?.replace(/^\.\//, ''),
      status: one.status === 'passed' ? 'passed' : one.status === 'failed' ? 'failed' : 'skipped',
      seconds: one.run_time ?? undefined,
      message: one.status === 'failed' ? (one.exception?.message ?? undefined) : undefined,
    });
  });
  const outside = summary?.errors_outside_of_examples_count ?? 0;
  return { cases, countedFailures: (summary?.failure_count ?? 0) + outside };
}
