import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  coverageDetails,
  figurePath,
  isCoverageSummary,
} from '../../../src/checks/coverage/coverage-summary.ts';
import { temporaryFolder } from '../../processes/helpers.ts';

const lines = (covered: number, total = 100, pct: unknown = (100 * covered) / total) => ({
  lines: { total, covered, pct },
});
const gapsOf = async (files: Record<string, unknown>, wanted = 80, cwd = '/r') =>
  (await coverageDetails({ total: lines(1), ...files }, cwd, wanted)).gaps;

test('a summary has counted lines in total', () => {
  expect(isCoverageSummary({ total: lines(0) })).toBe(true);
  for (const other of [
    {},
    null,
    'x',
    { total: { lines: { total: 1 } } },
    { total: { lines: { covered: 1 } } },
  ])
    expect(isCoverageSummary(other)).toBe(false);
});

test('the kinds of coverage are short for their percentages in a summary, and only there', () => {
  for (const kind of ['lines', 'statements', 'functions', 'branches']) {
    expect(figurePath(true, kind)).toBe(`total.${kind}.pct`);
    expect(figurePath(false, kind)).toBe(kind);
  }
  expect(figurePath(true, 'total.lines.total')).toBe('total.lines.total');
});

test('details are the percentages that there are', async () => {
  const total = {
    lines: { pct: 80 },
    branches: { pct: 'Unknown' },
    functions: { pct: 0 },
    statements: { pct: 1 },
  };
  expect((await coverageDetails({ total }, '/r', 80)).details).toEqual({ line: 80, function: 0 });
});

test('gaps are the files below what is wanted: the least covered first, then the most lines, then by name', async () => {
  const files = {
    '/r/c': lines(50),
    '/r/b': lines(50),
    '/r/large': lines(100, 200),
    '/r/least': lines(49),
    '/r/enough': lines(80),
    '/r/nearly': lines(79),
    '/r/unknown': lines(0, 0, 'Unknown'),
    '/r/nothing-missing': lines(5, 5, 10),
    '/r/no-counts': { lines: { pct: 1 } },
  };
  expect(await gapsOf(files)).toEqual([
    { file: 'least', line: 49 },
    { file: 'large', line: 50 },
    { file: 'b', line: 50 },
    { file: 'c', line: 50 },
    { file: 'nearly', line: 79 },
  ]);
});

test('at most 20 gaps are told', async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, lines(index)]));
  expect(await gapsOf(files)).toEqual(
    Array.from({ length: 20 }, (_, index) => ({ file: `f${index}`, line: index })),
  );
});

test('files are told as paths of the worktree, also where it was reached by a link', async () => {
  const real = temporaryFolder();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(real, link);
  expect(await gapsOf({ [join(real, 'a')]: lines(1) }, 80, link)).toEqual([{ file: 'a', line: 1 }]);
  expect(await gapsOf({ [join(link, 'a')]: lines(1) }, 80, link)).toEqual([{ file: 'a', line: 1 }]);
  expect(await gapsOf({ '/other/a': lines(1) }, 80, link)).toEqual([{ file: '/other/a', line: 1 }]);
  expect(await gapsOf({ 'src/a': lines(1) }, 80, '/gone')).toEqual([{ file: 'src/a', line: 1 }]);
});
