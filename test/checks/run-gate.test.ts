import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runGate } from '../../src/checks/run-gate.ts';
import type { GateConfig } from '../../src/domain/config.ts';
import { basicEnv, temporaryFolder, temporaryStore } from '../processes/helpers.ts';

async function gate(config: Partial<GateConfig> & { run: string }, files: Record<string, unknown> = {}) {
  const cwd = temporaryFolder();
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(cwd, name), JSON.stringify(content).replaceAll('CWD', cwd));
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
