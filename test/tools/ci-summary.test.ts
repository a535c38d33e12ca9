import { access, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const MAY_SKIP: Readonly<Record<string, string>> = JSON.parse(
  await readFile(path.join(root, 'tools', 'may-skip.json'), 'utf8'),
);
type Status = 'passed' | 'failed' | 'skipped' | 'todo' | 'pending';
type Cases = Readonly<Record<string, Status>>;

/** Sums up a run whose tests ended so, by file; `unreported`: test files that are there and that no report knows. */
async function summary(
  files: Readonly<Record<string, Cases>>,
  { exitCode = 0, unreported = [] as string[], check = 'passed' } = {},
) {
  const directory = await mkdtemp(path.join(tmpdir(), 'baton-summary-'));
  for (const name of [...Object.keys(files), ...unreported]) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), '');
  }
  const results = path.join(directory, 'results');
  await mkdir(results);
  const testResults = Object.entries(files).map(([name, cases]) => ({
    name: path.join(directory, name),
    status: Object.values(cases).includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults: Object.entries(cases).map(([fullName, status]) => ({
      fullName,
      status,
      failureMessages: status === 'failed' ? ['Error: no\n    at somewhere'] : [],
    })),
  }));
  await writeFile(path.join(results, 'types.check'), `${check}\n`);
  await writeFile(path.join(results, 'test.tests'), `${exitCode}\n`);
  await writeFile(path.join(results, 'test.tests.json'), JSON.stringify({ testResults }));
  const { stdout, exitCode: code } = await execa(
    process.execPath,
    [path.join(root, 'tools', 'ci-summary.mjs'), results],
    { cwd: directory, reject: false },
  );
  return { text: stdout, last: stdout.split('\n').at(-1), code };
}
const [mayFile = '', mayWhy = ''] = Object.entries(MAY_SKIP)[0] ?? [];

describe.concurrent('the summary of a run', () => {
  it('is green where all passed, and counts test cases and checks together', async () => {
    const { text, code } = await summary({ 'test/a.test.ts': { one: 'passed', two: 'passed' } });
    expect([text, code]).toEqual(['3 passed, 0 failed', 0]);
  });

  it('says what failed and why, and is red', async () => {
    const { text, last, code } = await summary({ 'test/a.test.ts': { one: 'passed', two: 'failed' } });
    expect(text).toContain('== failed\ntest/a.test.ts: two\n    Error: no');
    expect([last, code]).toEqual(['2 passed, 1 failed', 1]);
  });

  it('wants no report of a file that is run by hand', async () => {
    const byHand = Object.keys(
      JSON.parse(await readFile(path.join(root, 'tools', 'by-hand.json'), 'utf8')) as object,
    );
    for (const file of byHand) await access(path.join(root, file));
    const { code } = await summary({ 'test/a.test.ts': { one: 'passed' } }, { unreported: byHand });
    expect(code).toBe(0);
  });

  it.each(['skipped', 'todo', 'pending'] as const)(
    'is red where a case is %s that may not be',
    async (status) => {
      const { text, last, code } = await summary({ 'test/a.test.ts': { one: 'passed', two: status } });
      expect(text).toContain('== skipped\ntest/a.test.ts: 1 (it may not)');
      expect(text).toContain('== failed\ntest/a.test.ts: two\n    was skipped');
      expect([last, code]).toEqual(['2 passed, 1 failed', 1]);
    },
  );

  it('lists what may be skipped, with the reason, and stays green', async () => {
    const { text, code } = await summary({ [mayFile]: { one: 'passed', two: 'skipped', three: 'skipped' } });
    expect([text, code]).toEqual([`\n== skipped\n${mayFile}: 2 (${mayWhy})\n2 passed, 0 failed`, 0]);
  });

  it('is red where a test file is in no report', async () => {
    const { text, code } = await summary(
      { 'test/a.test.ts': { one: 'passed' } },
      { unreported: ['test/deep/b.test.ts'] },
    );
    expect(text).toContain('test/deep/b.test.ts: in no report, so none of its tests ran');
    expect(code).toBe(1);
  });

  it('is red where vitest failed without a case that did, and where a check failed', async () => {
    const [crashed, unchecked] = await Promise.all([
      summary({ 'test/a.test.ts': { one: 'passed' } }, { exitCode: 1 }),
      summary({ 'test/a.test.ts': { one: 'passed' } }, { check: 'failed' }),
    ]);
    expect(crashed).toMatchObject({ last: '2 passed, 1 failed', code: 1 });
    expect(unchecked).toMatchObject({ last: '1 passed, 1 failed', code: 1 });
  });
});

describe('the files that may skip', () => {
  it.each(Object.keys(MAY_SKIP))('%s is there and skips by what the machine has', async (file) => {
    expect(await readFile(path.join(root, file), 'utf8')).toMatch(/\.(skipIf|runIf)\(|\bskip\(/);
  });
});
