import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A run of the tests takes seconds; ten minutes is a hanging one. */
const TIMEOUT_MS = 600_000;

export const exists = (file) => existsSync(file);
export const read = (file) => readFileSync(file, 'utf8');

/** Writes files into the worktree, `{ path: text }`, formatted as the repository wants them. */
export async function writeFiles(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const formatted = Object.keys(files).filter((path) => path.endsWith('.ts'));
  if (formatted.length === 0) return;
  const biome = [
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--write',
    '--config-path=lint-rules.json',
  ];
  await run(process.execPath, [...biome, ...formatted], { timeout: TIMEOUT_MS });
}

/** What axe-core finds on the service's pages, as `bench/accessibility.mjs` says it. */
export async function auditPages() {
  const audit = ['bench/accessibility.mjs'];
  // It exits with 1 for what it finds.
  const { stdout } = await run(process.execPath, audit, { timeout: TIMEOUT_MS }).catch((error) => error);
  const last = stdout?.trim().split('\n').at(-1);
  if (!last) throw new Error('the audit of the pages says nothing');
  return JSON.parse(last);
}

/** Runs the tests with coverage; the summary by file, paths relative to the repository. */
export async function measureCoverage() {
  const failed = await run('node_modules/.bin/vitest', ['run', '--coverage'], {
    timeout: TIMEOUT_MS,
    maxBuffer: 32e6,
  }).then(
    () => undefined,
    (error) => `${error.stdout ?? ''}${error.stderr ?? error.message}`.slice(-1_500),
  );
  if (failed) throw new Error(`the tests fail before anything was added:\n${failed}`);
  const summary = JSON.parse(read('coverage/coverage-summary.json'));
  const files = Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, { lines, branches }]) => ({
      file: file.slice(file.lastIndexOf('/src/') + 1),
      lines: lines.pct,
      branches: branches.pct,
    }));
  return { total: summary.total.lines.pct, files };
}
