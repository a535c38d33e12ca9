import { z } from 'zod';
import type { TestCase } from '../../domain/checks.ts';
import { byProject } from './projects.ts';
import { type ParsedReport, ReportError, readShape, testCase } from './test-report.ts';
import { MAX_DEPTH } from './xml.ts';

const problem = z.object({ message: z.string().nullish(), stack: z.string().nullish() });
const spec = z.object({
  title: z.string(),
  file: z.string().nullish(),
  tests: z.array(
    z.object({
      projectName: z.string().nullish(),
      /** What became of it with all its retries. */
      status: z.string(),
      results: z.array(
        z.object({ duration: z.number().nullish(), error: problem.nullish(), status: z.string().nullish() }),
      ),
    }),
  ),
});
interface Suite {
  readonly title: string;
  readonly file?: string | null | undefined;
  readonly specs: readonly z.infer<typeof spec>[];
  readonly suites?: readonly Suite[] | undefined;
}
const suite: z.ZodType<Suite> = z.object({
  title: z.string(),
  file: z.string().nullish(),
  specs: z.array(spec).default([]),
  get suites() {
    return z.array(suite).optional();
  },
});
const playwrightReport = z.object({
  suites: z.array(suite),
  errors: z.array(problem).default([]),
});

type Found = { readonly case: TestCase; readonly project: string | undefined }[];

/** The JSON of playwright's reporter `json`, which tells flaky tests; its JUnit XML doesn't. */
export function parsePlaywrightJson(json: unknown): ParsedReport {
  const { suites, errors } = readShape(playwrightReport, json, 'playwright');
  const found: Found = suites.flatMap((file) => testsIn(file, [], 0));
  const broken = errors.map(({ message }) =>
    testCase({ names: ['outside of tests'], status: 'failed', message: plain(message) }),
  );
  return { cases: [...byProject(found), ...broken], countedFailures: 0 };
}

/** The outermost suite is the file. */
function testsIn(within: Suite, names: readonly string[], depth: number): Found {
  if (depth > MAX_DEPTH) throw new ReportError(`its suites are nested deeper than ${MAX_DEPTH}`);
  const here = depth === 0 ? [] : [...names, within.title];
  const own = within.specs.flatMap((one) =>
    one.tests.map((test) => ({
      case: testCase({
        names: [...here, one.title],
        file: one.file ?? within.file ?? undefined,
        status: STATUS[test.status] ?? 'failed',
        seconds: (test.results.at(-1)?.duration ?? Number.NaN) / 1000,
        message: plain(test.results.find(({ error }) => error != null)?.error?.message),
        flaky: test.status === 'flaky',
      }),
      project: test.projectName ?? undefined,
    })),
  );
  return [...own, ...(within.suites ?? []).flatMap((inner) => testsIn(inner, here, depth + 1))];
}

const STATUS: Readonly<Record<string, TestCase['status']>> = {
  expected: 'passed',
  flaky: 'passed',
  skipped: 'skipped',
};

const COLOURS = new RegExp(String.raw`${String.fromCharCode(27)}\[[0-9;]*m`, 'g');
const plain = (text: string | null | undefined): string | undefined => text?.replace(COLOURS, '');
