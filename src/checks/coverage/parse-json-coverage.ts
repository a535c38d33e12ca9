import { z } from 'zod';
import { schemaProblems } from '../../domain/schema-findings.ts';
import { ReportError } from '../reports/test-report.ts';
import { type Coverage, type FileCoverage, hit } from './model.ts';

const count = z.number();
const counts = z.record(z.string(), count);
const place = z.object({ start: z.object({ line: z.number().nullish() }) });
const istanbulFile = z.object({
  path: z.string().optional(),
  statementMap: z.record(z.string(), place),
  s: counts,
  f: counts,
  b: z.record(z.string(), z.array(count)),
});

/** The JSON of istanbul, nyc, c8, jest and vitest with all places: `coverage-final.json`. */
export function parseIstanbul(json: object): Coverage {
  const read = shape(z.record(z.string(), istanbulFile), json, 'istanbul');
  const files = Object.entries(read).map(([key, file]): FileCoverage => {
    const lines = new Map<string, boolean>();
    for (const [id, times] of Object.entries(file.s)) {
      const line = file.statementMap[id]?.start.line;
      // A line is the first of a statement, as istanbul has it.
      if (line != null) hit(lines, String(line), times);
    }
    const branches = Object.entries(file.b).flatMap(([id, times]) =>
      times.map((one, index) => [`${id}.${index}`, one] as const),
    );
    return {
      file: file.path ?? key,
      lines,
      statements: hits(Object.entries(file.s)),
      functions: hits(Object.entries(file.f)),
      branches: hits(branches),
    };
  });
  return { files };
}

const pythonFile = z.object({
  executed_lines: z.array(z.number()),
  missing_lines: z.array(z.number()),
  summary: z.object({ num_branches: z.number().optional(), covered_branches: z.number().optional() }),
  executed_branches: z.array(z.array(z.number())).optional(),
  missing_branches: z.array(z.array(z.number())).optional(),
});

/** The JSON of coverage.py. Its own percentage puts lines and branches together; here each has one. */
export function parseCoveragePy(json: object): Coverage {
  const { files } = shape(z.object({ files: z.record(z.string(), pythonFile) }), json, 'coverage.py');
  return {
    files: Object.entries(files).map(([file, one]) => {
      const branches = [...branchHits(one.executed_branches, 1), ...branchHits(one.missing_branches, 0)];
      return {
        file,
        lines: hits([
          ...one.executed_lines.map((line) => [String(line), 1] as const),
          ...one.missing_lines.map((line) => [String(line), 0] as const),
        ]),
        ...(one.summary.num_branches === undefined ? {} : { branches: hits(branches) }),
      };
    }),
  };
}

const branchHits = (branches: readonly (readonly number[])[] | undefined, times: number) =>
  (branches ?? []).map((way) => [way.join('-'), times] as const);

const lastRun = z.object({
  result: z.object({
    line: z.number().optional(),
    covered_percent: z.number().optional(),
    branch: z.number().optional(),
  }),
});
const rubyLines = z.array(z.union([z.number(), z.null(), z.literal('ignored')]));
const rubyFile = z.union([
  rubyLines,
  z.object({ lines: rubyLines, branches: z.record(z.string(), z.record(z.string(), count)).nullish() }),
]);
const resultSet = z.record(z.string(), z.object({ coverage: z.record(z.string(), rubyFile) }));
const rubyBranch = z.object({ start_line: z.number(), coverage: z.union([count, z.literal('ignored')]) });
const rubyJson = z.object({
  coverage: z.record(z.string(), z.object({ lines: rubyLines, branches: z.array(rubyBranch).nullish() })),
});

/** SimpleCov's `.last_run.json` (percentages only), `.resultset.json`, and the `coverage.json` of its JSON formatter. */
export function parseSimplecov(json: object): Coverage {
  if ('result' in json) {
    const { result } = shape(lastRun, json, 'SimpleCov');
    const lines = result.line ?? result.covered_percent;
    return {
      percentages: {
        ...(lines === undefined ? {} : { lines }),
        ...(result.branch === undefined ? {} : { branches: result.branch }),
      },
    };
  }
  if ('meta' in json) {
    const { coverage } = shape(rubyJson, json, 'SimpleCov');
    return {
      files: Object.entries(coverage).map(([file, one]) => ({
        file,
        lines: lineHits(one.lines),
        ...(one.branches == null
          ? {}
          : {
              branches: hits(
                one.branches.flatMap(({ coverage: times, start_line }, index) =>
                  times === 'ignored' ? [] : [[`${index} ${start_line}`, times] as const],
                ),
              ),
            }),
      })),
    };
  }
  const sets = shape(resultSet, json, 'SimpleCov');
  return {
    // Each command of the suite has its own set: what is covered in one is covered.
    files: merged(
      Object.values(sets).flatMap(({ coverage }) =>
        Object.entries(coverage).map(([file, one]) => ({ file, ...rubyHits(one) })),
      ),
    ),
  };
}

const rubyHits = (one: z.infer<typeof rubyFile>): Omit<FileCoverage, 'file'> => {
  if (Array.isArray(one)) return { lines: lineHits(one) };
  const branches = Object.entries(one.branches ?? {}).flatMap(([id, ways]) =>
    Object.entries(ways).map(([way, times]) => [`${id} ${way}`, times] as const),
  );
  return { lines: lineHits(one.lines), ...(one.branches == null ? {} : { branches: hits(branches) }) };
};

/** Lines without code have no count. */
const lineHits = (lines: z.infer<typeof rubyLines>) =>
  hits(
    lines.flatMap((times, index) => (typeof times === 'number' ? [[String(index + 1), times] as const] : [])),
  );

function merged(files: readonly FileCoverage[]): FileCoverage[] {
  const byName = new Map<string, FileCoverage>();
  for (const one of files) {
    const before = byName.get(one.file);
    byName.set(one.file, before === undefined ? one : bothHits(before, one));
  }
  return [...byName.values()];
}

const bothHits = (one: FileCoverage, two: FileCoverage): FileCoverage => {
  const both = (kind: 'lines' | 'branches') =>
    hits(
      [one[kind], two[kind]].flatMap((covered) =>
        covered instanceof Map ? [...covered].map(([id, is]) => [id, is ? 1 : 0] as const) : [],
      ),
    );
  return {
    file: one.file,
    lines: both('lines'),
    ...(one.branches || two.branches ? { branches: both('branches') } : {}),
  };
};

function hits(all: readonly (readonly [string, number])[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [id, times] of all) hit(found, id, times);
  return found;
}

const kindsOfSummary = z.object({ total: z.number(), covered: z.number() });
const summaryFile = z.object({
  lines: kindsOfSummary.optional(),
  statements: kindsOfSummary.optional(),
  functions: kindsOfSummary.optional(),
  branches: kindsOfSummary.optional(),
});

/** The files of istanbul's `coverage-summary.json`, for one of several reports. */
export function parseIstanbulSummary(json: object): Coverage {
  const read = shape(z.record(z.string(), summaryFile), json, 'istanbul');
  return {
    files: Object.entries(read).flatMap(([file, { lines, statements, functions, branches }]) =>
      file === 'total'
        ? []
        : [
            {
              file,
              ...(lines && { lines }),
              ...(statements && { statements }),
              ...(functions && { functions }),
              ...(branches && { branches }),
            },
          ],
    ),
  };
}

function shape<Schema extends z.ZodType>(schema: Schema, json: object, tool: string): z.output<Schema> {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new ReportError(
    `it looks like coverage of ${tool}, but it isn't: ${schemaProblems(read.error, json, schema)}`,
  );
}
