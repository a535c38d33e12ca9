import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CoverageSummary,
  coverageSummaryOf,
  summaryOfPercentages,
} from '../../../src/checks/coverage/model.ts';
import { readFigures } from '../../../src/checks/coverage/parse-coverage.ts';
import { ReportError } from '../../../src/checks/reports/test-report.ts';
import { figureAt } from '../../../src/domain/judge.ts';
import type { FigureFormat } from '../../../src/domain/report-formats.ts';
import { expectNeverBreaks } from '../damaged.ts';

const FOLDER = path.resolve(import.meta.dirname, '../fixtures');
const textOf = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');

function summary(text: string, format?: FigureFormat): CoverageSummary {
  const { coverage } = readFigures(text, format);
  if (coverage === undefined) throw new Error('no coverage');
  return 'files' in coverage
    ? coverageSummaryOf([coverage.files])
    : summaryOfPercentages(coverage.percentages);
}
const percentages = (all: CoverageSummary) =>
  ['lines', 'branches', 'functions', 'statements'].map((kind) => figureAt(all, `total.${kind}.pct`));
const filesOf = (all: CoverageSummary) => Object.keys(all).filter((file) => file !== 'total');

/** Lines, branches, functions, statements, as the tool itself says; and a file that it names. */
const FILES: readonly (readonly [string, FigureFormat, readonly (number | null)[], string | undefined])[] = [
  [
    'vitest/coverage-summary.json',
    'istanbul-summary',
    [80, 50, 100, 85.71],
    '/home/dev/shop/vitest/src/price.mjs',
  ],
  ['vitest/coverage-final.json', 'istanbul', [80, 50, 100, 85.71], '/home/dev/shop/vitest/src/price.mjs'],
  ['vitest/lcov.info', 'lcov', [80, 50, 100, null], 'src/price.mjs'],
  ['vitest/clover.xml', 'clover', [80, 50, 100, null], '/home/dev/shop/vitest/src/price.mjs'],
  ['vitest/cobertura.xml', 'cobertura', [80, 50, 100, null], '/home/dev/shop/vitest/src/price.mjs'],
  ['c8/coverage-final.json', 'istanbul', [71.42, 66.66, 50, 71.42], '/home/dev/shop/c8/src/price.mjs'],
  ['c8/lcov.info', 'lcov', [71.42, 66.66, 50, null], 'src/price.mjs'],
  ['c8/clover.xml', 'clover', [71.42, 66.66, 50, null], '/home/dev/shop/c8/src/price.mjs'],
  ['c8/cobertura.xml', 'cobertura', [71.42, 66.66, 50, null], '/home/dev/shop/c8/src/price.mjs'],
  ['nyc/coverage-final.json', 'istanbul', [100, 50, 100, 100], '/home/dev/shop/nyc/src/half.js'],
  ['nyc/lcov.info', 'lcov', [100, 50, 100, null], 'src/half.js'],
  ['node-test/lcov.info', 'lcov', [91.3, 92.85, 91.66, null], 'src/price.mjs'],
  ['pytest/coverage.json', 'coverage-py', [83.33, 50, null, null], 'src/price.py'],
  ['pytest/coverage-lines.json', 'coverage-py', [83.33, null, null, null], 'src/price.py'],
  ['pytest/coverage.xml', 'cobertura', [83.33, 50, null, null], '/home/dev/shop/pytest/src/price.py'],
  ['pytest/lcov.info', 'lcov', [83.33, 50, 100, null], 'src/price.py'],
  ['go/cover.out', 'go-cover', [81.81, null, null, 85.71], 'example.com/shop/price/price.go'],
  ['maven/jacoco.xml', 'jacoco', [83.33, 75, 66.66, null], 'com/example/Price.java'],
  ['phpunit/clover.xml', 'clover', [50, null, null, null], '/home/dev/shop/phpunit/src/price.php'],
  ['phpunit/cobertura.xml', 'cobertura', [50, null, 50, null], '/home/dev/shop/phpunit/src/price.php'],
  ['ruby/resultset.json', 'simplecov', [66.66, 50, null, null], '/home/dev/shop/ruby/lib/price.rb'],
  ['ruby/last_run.json', 'simplecov', [66.66, 50, null, null], undefined],
];

describe('coverage of a real tool', () => {
  test.each(FILES)(
    '%s is known by its content, and has the figures of its tool',
    (file, format, figures, named) => {
      expect(percentages(summary(textOf(file)))).toEqual(figures);
      const all = summary(textOf(file), format);
      expect(percentages(all)).toEqual(figures);
      if (named !== undefined) expect(filesOf(all)).toContain(named);
    },
  );

  test.each(FILES)('%s is refused by name as another format', (file, format) => {
    const other = format === 'lcov' ? 'jacoco' : 'lcov';
    expect(() => readFigures(textOf(file), other)).toThrow(`not in the format \`${other}\``);
  });

  test.each(FILES)('%s that is cut off is refused', (file) => {
    const text = textOf(file).trimEnd();
    for (const share of [0.4, 0.7])
      expect(() => readFigures(text.slice(0, Math.floor(text.length * share)))).toThrow(
        /cut off|broken|not JSON|no block|no count/,
      );
  });
});

describe('coverage', () => {
  const lcov = (file: string, ...lines: readonly string[]) =>
    `SF:${file}\n${lines.join('\n')}\nend_of_record\n`;
  const filesIn = (text: string) => {
    const { coverage } = readFigures(text);
    return coverage && 'files' in coverage ? coverage.files : [];
  };

  test('of a file in two reports is what any of them covers', () => {
    const one = lcov('a.js', 'DA:1,1', 'DA:2,0', 'BRDA:1,0,0,1', 'BRDA:1,0,1,-');
    const two = lcov('a.js', 'DA:2,3', 'DA:3,0', 'BRDA:1,0,1,2') + lcov('b.js', 'DA:1,0');
    expect(coverageSummaryOf([filesIn(one), filesIn(two)])).toMatchObject({
      'a.js': { lines: { total: 3, covered: 2 }, branches: { total: 2, covered: 2 } },
      total: { lines: { total: 4, covered: 2, pct: 50 } },
    });
  });

  test('of a file in two reports that only count is refused by the file', () => {
    const counted = (covered: number) => {
      const lines = { total: 2, covered, pct: 50 };
      return filesIn(JSON.stringify({ total: { lines }, 'a.js': { lines } }));
    };
    expect(() => coverageSummaryOf([counted(1), counted(2)])).toThrow('a.js stands in two reports');
    expect(coverageSummaryOf([counted(1)])).toMatchObject({ total: { lines: { pct: 50 } } });
  });

  test('of branches that a tool counts and does not find is whole', () => {
    const file = { executed_lines: [1], missing_lines: [], summary: { num_branches: 0 } };
    const json = { totals: { percent_covered: 100 }, files: { 'a.py': file } };
    expect(percentages(summary(JSON.stringify(json)))).toEqual([100, 100, null, null]);
  });

  test('of nothing has no figure, and is rounded down', () => {
    expect(percentages(coverageSummaryOf([filesIn(lcov('a.js', 'LF:0'))]))).toEqual([null, null, null, null]);
    const lines = Array.from({ length: 100_000 }, (_, index) => `DA:${index},${index === 0 ? 0 : 1}`);
    expect(percentages(coverageSummaryOf([filesIn(lcov('a.js', ...lines))]))[0]).toBe(99.99);
  });

  test('of several commands of SimpleCov is what any of them covers, and its JSON formatter is read too', () => {
    const set = (lines: unknown) => ({ coverage: { '/r/a.rb': { lines } }, timestamp: 1 });
    const sets = {
      rspec: set([1, 0, null]),
      minitest: set([0, 2, 'ignored']),
      old: { coverage: { '/r/b.rb': [0] }, timestamp: 1 },
    };
    expect(summary(JSON.stringify(sets)).total).toEqual({ lines: { total: 3, covered: 2, pct: 66.66 } });
    const json = {
      meta: { simplecov_version: '0.22' },
      coverage: {
        '/r/a.rb': {
          lines: [1, null, 0],
          branches: [{ type: 'then', start_line: 1, end_line: 1, coverage: 3 }],
        },
      },
    };
    expect(percentages(summary(JSON.stringify(json)))).toEqual([50, 100, null, null]);
  });

  test('of JaCoCo is read from groups of modules too', () => {
    const source =
      '<sourcefile name="A.java"><line nr="3" mi="0" ci="2" mb="1" cb="1"/><line nr="4" mi="1" ci="0" mb="0" cb="0"/></sourcefile>';
    const xml = `<report name="all"><group name="core"><package name="com/a">${source}</package></group></report>`;
    expect(percentages(summary(xml))).toEqual([50, 50, 100, null]);
  });

  test('of Cobertura stays as it is with several sources, and goes below the only one', () => {
    const xml = (sources: string) =>
      `<coverage><sources>${sources}</sources><packages><package><classes><class filename="a.py"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>`;
    expect(filesOf(summary(xml('<source>/r/src/</source>')))).toEqual(['/r/src/a.py']);
    expect(filesOf(summary(xml('<source>/r/src</source><source>/r/lib</source>')))).toEqual(['a.py']);
    expect(filesOf(summary(xml('')))).toEqual(['a.py']);
  });

  test.each([
    ['empty', ' \n', 'it is empty'],
    ['another XML', '<project/>', 'neither Cobertura, JaCoCo nor Clover'],
    ['LCOV of nothing', 'TN:\n', 'it has no file'],
    ['a profile of nothing', 'mode: set\n', 'no package was measured'],
    ['a text', 'lines: 80 %', 'not JSON'],
  ])('that is %s is refused with a reason', (_, text, reason) => {
    expect(() => readFigures(text)).toThrow(reason);
  });

  test('that only looks like coverage is read as other JSON, and refused if it was named', () => {
    const text = JSON.stringify({ totals: { percent_covered: 71 }, files: { 'a.py': {} } });
    expect(readFigures(text)).toMatchObject({
      json: { totals: { percent_covered: 71 } },
      problem: expect.stringContaining('coverage.py'),
    });
    expect(() => readFigures(text, 'coverage-py')).toThrow('looks like coverage of coverage.py');
    expect(readFigures(text, 'json')).not.toHaveProperty('problem');
  });
});

test('coverage with any of its bytes gone or doubled is read or refused, and never breaks the reader', () => {
  expectNeverBreaks(
    FILES.map(([file]) => file),
    textOf,
    200,
    (text) => summary(text),
    (error) => error instanceof ReportError || (error as Error).message === 'no coverage',
  );
});
