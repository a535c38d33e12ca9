import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runGate } from '../../src/checks/run-gate.ts';
import type { GateConfig } from '../../src/domain/config.ts';
import { basicEnv, temporaryFolder, temporaryStore } from '../processes/helpers.ts';

async function gate(config: Partial<GateConfig> & { run: string }, files: Record<string, unknown> = {}) {
  const cwd = temporaryFolder();
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(cwd, name), JSON.stringify(content).replaceAll('CWD', cwd));
  return gateIn(cwd, config);
}

function gateIn(cwd: string, config: Partial<GateConfig> & { run: string }) {
  const whole = { exclusive: false, timeout: 20_000, ...config };
  return runGate({ name: 'g', config: whole, cwd, env: basicEnv(), store: temporaryStore() });
}

const lines = (covered: number, total = 100) => ({
  total,
  covered,
  skipped: 0,
  pct: (100 * covered) / total,
});
const summary = {
  total: { lines: lines(85), statements: lines(84), functions: lines(90), branches: lines(70) },
  'CWD/src/a.ts': { lines: lines(50) },
  'CWD/src/b.ts': { lines: lines(100) },
  'src/c.ts': { lines: lines(20) },
  'CWD/src/d.ts': { lines: lines(82) },
};

test('coverage is read from an istanbul summary, with its least covered files', async () => {
  const config = { run: 'cp given.json cov.json', report: 'cov.json', min: { lines: 80, branches: 75 } };
  expect(await gate(config, { 'given.json': summary })).toMatchObject({
    outcome: 'unmet',
    figures: { 'total.lines.pct': 85, 'total.branches.pct': 70 },
    problems: ['total.branches.pct is 70, needs at least 75'],
    details: { line: 85, branch: 70, function: 90 },
    gaps: [
      { file: 'src/c.ts', line: 20 },
      { file: 'src/a.ts', line: 50 },
    ],
  });
});

test('the last JSON on standard output counts, printed over lines and with log around it', async () => {
  const run = `echo '{"p95_ms": 1}'; echo warming up; printf '{\\n  "a": {\\n    "p95_ms": 48.5\\n  }\\n}\\n'; echo done`;
  expect(await gate({ run, metric: 'a.p95_ms', max: 50 })).toMatchObject({
    outcome: 'met',
    figures: { 'a.p95_ms': 48.5 },
    problems: [],
  });
  expect(await gate({ run, metric: 'a.p95_ms', max: 48 })).toMatchObject({
    outcome: 'unmet',
    problems: ['a.p95_ms is 48.5, allowed at most 48'],
  });
});

test('a bad exit code does not fail a gate whose figures are within bounds', async () => {
  const run = `echo '{"metadata":{"vulnerabilities":{"high":0,"low":3}}}'; exit 1`;
  expect(await gate({ run, metric: 'metadata.vulnerabilities.high', max: 0 })).toMatchObject({
    outcome: 'met',
    exitCode: 1,
  });
  expect(await gate({ run, metric: 'metadata.vulnerabilities', max: { high: 0, low: 2 } })).toMatchObject({
    outcome: 'unmet',
    figures: { 'metadata.vulnerabilities.high': 0, 'metadata.vulnerabilities.low': 3 },
  });
});

test.each([
  ['prints no JSON', { run: 'echo no figures; exit 3' }, [/exit code 3/, /no JSON/, /not measured/]],
  ['lacks the figure', { run: `echo '{"other": 1}'` }, [/p95 was not measured/]],
  ['gives it as a text', { run: `echo '{"p95": "10"}'` }, [/p95 was not measured/]],
  ['writes no report', { run: 'true', report: 'r.json' }, [/wrote no report/]],
  ['writes a broken report', { run: 'echo { > r.json', report: 'r.json' }, [/r\.json is not JSON/]],
  ['takes too long', { run: `echo '{"p95": 1}'; sleep 30`, timeout: 400 }, [/longer than 400 ms/]],
])('a gate is not met when its command %s', async (_, config, reasons) => {
  const result = await gate({ ...config, metric: 'p95', max: 50 }, { 'old.json': {} });
  expect(result.outcome).toBe('unmet');
  for (const reason of reasons) expect(result.problems.join('\n')).toMatch(reason);
});

test('a report of before is not taken for a measurement', async () => {
  const config = { run: 'true', report: 'r.json', metric: 'x', max: 1 };
  expect(await gate(config, { 'r.json': { x: 0 } })).toMatchObject({
    outcome: 'unmet',
    figures: { x: null },
  });
});

test('secrets are not in the log of a gate', async () => {
  const store = temporaryStore();
  const result = await runGate({
    name: 'g',
    config: {
      run: 'echo s3cret-value is it; echo "{}"',
      exclusive: false,
      timeout: 20_000,
      metric: 'm',
      min: 1,
    },
    cwd: temporaryFolder(),
    env: basicEnv(),
    store,
    secrets: [{ name: 'TOKEN', value: 's3cret-value' }],
  });
  const log = result.log && (await store.get(result.log)).toString();
  expect(log).toContain(' is it');
  expect(log).not.toContain('s3cret-value');
});

const lcov = (file: string, ...counts: readonly number[]) =>
  `SF:${file}\n${counts.map((count, index) => `DA:${index + 1},${count}\n`).join('')}end_of_record\n`;

test('coverage may be any format, its kinds by their short names, with files as the tree calls them', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src/a.ts'), '');
  writeFileSync(join(cwd, 'given'), lcov('/app/src/a.ts', 1, 0, 0, 0) + lcov('/app/src/b.ts', 1));
  const run = 'cp given lcov.info';
  expect(await gateIn(cwd, { run, report: 'lcov.info', min: { lines: 80 } })).toMatchObject({
    outcome: 'unmet',
    figures: { 'total.lines.pct': 40 },
    problems: ['total.lines.pct is 40, needs at least 80'],
    details: { line: 40 },
    gaps: [{ file: 'src/a.ts', line: 25 }],
  });
  const named = { file: 'lcov.info', format: 'lcov' as const };
  expect((await gateIn(cwd, { run, report: named, min: { lines: 40 } })).outcome).toBe('met');
  expect(await gateIn(cwd, { run, report: named, min: { branches: 40 } })).toMatchObject({
    outcome: 'unmet',
    problems: ['total.branches.pct was not measured'],
  });
});

test('coverage in JSON keeps the figures of its own', async () => {
  const files = { 'a.py': { executed_lines: [1], missing_lines: [2], summary: {} } };
  const given = { totals: { percent_covered: 71.5 }, files };
  const config = { run: 'cp given.json cov.json', report: 'cov.json' };
  expect(
    await gate({ ...config, min: { 'totals.percent_covered': 70, lines: 50 } }, { 'given.json': given }),
  ).toMatchObject({ outcome: 'met', figures: { 'totals.percent_covered': 71.5, 'total.lines.pct': 50 } });
});

test('coverage of several reports is put together, and other figures of several are refused', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'one'), lcov('a.js', 1, 0));
  writeFileSync(join(cwd, 'two'), lcov('a.js', 0, 1) + lcov('b.js', 0, 0));
  const config = { run: 'cp one one.info; cp two two.info', report: '*.info', min: { lines: 50 } };
  expect(await gateIn(cwd, config)).toMatchObject({ outcome: 'met', figures: { 'total.lines.pct': 50 } });
  expect(
    await gateIn(cwd, { run: 'echo "{}" > a.json; echo "{}" > b.json', report: '*.json', min: { x: 1 } }),
  ).toMatchObject({
    outcome: 'unmet',
    problems: [
      expect.stringMatching(/wrote 2 reports \(a\.json, b\.json\).*name one of them/),
      'x was not measured',
    ],
  });
});

test.each([
  ['is a folder', 'mkdir r.json', /r\.json is a folder/],
  [
    'is cut off',
    "printf 'SF:a.js\\nDA:1,1\\n' > r.json",
    /the report r\.json is cut off: its record of a\.js has no end/,
  ],
  ['is empty', ': > r.json', /the report r\.json is empty/],
  ['is another XML', "echo '<a/>' > r.json", /r\.json is XML, but neither Cobertura/],
])('a gate whose report %s says so', async (_, run, said) => {
  const result = await gate({ run, report: 'r.json', min: { lines: 1 } });
  expect(result).toMatchObject({ outcome: 'unmet' });
  expect(result.problems.join('\n')).toMatch(said);
});
