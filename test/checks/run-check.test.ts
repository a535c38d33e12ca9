import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CheckToRun, runCheck, withProblems } from '../../src/checks/run-check.ts';
import { inputsDigest, runSetup, setupNeeded } from '../../src/checks/setup.ts';
import type { TestCase } from '../../src/domain/checks.ts';
import type { CheckConfig } from '../../src/domain/config.ts';
import { basicEnv, temporaryFolder, temporaryStore } from '../processes/helpers.ts';

const junit = (inner: string, failures = 0) =>
  `<testsuite name="s" failures="${failures}">${inner}</testsuite>`;
const passing = '<testcase name="works"/>';
const failing = '<testcase name="breaks"><failure/></testcase>';

async function check(
  run: string,
  more: Partial<CheckToRun> & {
    report?: CheckConfig['report'];
    timeout?: number;
    files?: Record<string, string>;
  } = {},
) {
  const { report, timeout = 20_000, files = {}, cwd = temporaryFolder(), ...rest } = more;
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const store = temporaryStore();
  const config = { run, timeout, ...(report === undefined ? {} : { report }) };
  return {
    result: await runCheck({ name: 'test', config, cwd, env: basicEnv(), store, ...rest }),
    cwd,
    store,
  };
}

test('a check passes with its exit code where it has no report', async () => {
  const { result, store } = await check('echo fine');
  expect(result).toMatchObject({
    name: 'test',
    passed: true,
    exitCode: 0,
    tests: null,
    cases: null,
    tail: 'fine',
  });
  expect(result.log && (await store.get(result.log)).toString()).toBe('fine\n');
  expect((await check('exit 1')).result).toMatchObject({ passed: false, exitCode: 1, log: null });
});

test('its test cases come from the report that the run wrote', async () => {
  const { result, store } = await check('mv given.xml out.xml; exit 1', {
    report: 'out.xml',
    files: { 'given.xml': junit(passing + failing, 1) },
  });
  expect(result).toMatchObject({
    passed: false,
    tests: { total: 2, passing: 1, failing: 1, skipped: 0 },
    failing: ['s > breaks'],
  });
  const cases = result.cases && (JSON.parse((await store.get(result.cases)).toString()) as TestCase[]);
  expect(cases?.[0]).toEqual({ name: 's > works', status: 'passed' });
});

test('a report of before is never taken for the one of this run', async () => {
  const { result, cwd } = await check('true', { report: 'out.xml', files: { 'out.xml': junit(passing) } });
  expect(result).toMatchObject({
    passed: false,
    tests: null,
    tail: expect.stringContaining('wrote no report'),
  });
  expect(existsSync(join(cwd, 'out.xml'))).toBe(false);
});

test('a report that is a folder is blamed by name', async () => {
  const { result } = await check('mkdir out.xml', { report: 'out.xml' });
  expect(result).toMatchObject({
    passed: false,
    tail: expect.stringContaining('the report out.xml is a folder'),
  });
});

test('of a glob only files that the run wrote count, and none is removed', async () => {
  const { result, cwd } = await check('cp a.txt new.xml', {
    report: '**/*.xml',
    files: { 'old.xml': junit(failing, 1), 'a.txt': junit(passing) },
  });
  expect(result).toMatchObject({ passed: true, tests: { total: 1, passing: 1 } });
  expect(existsSync(join(cwd, 'old.xml'))).toBe(true);
});

test.each([
  ['shows a failure', junit(passing + failing, 1), /shows 1 failing/],
  ['counts more failures than it shows', junit(passing, 2), /counts 2 failures and shows 0/],
  ['is broken', '<testsuite', /not usable: its XML is broken/],
])('it does not pass with exit code 0 when its report %s', async (_, content, said) => {
  const { result } = await check('cp given out.xml', { report: 'out.xml', files: { given: content } });
  expect(result).toMatchObject({ passed: false, exitCode: 0, tail: expect.stringMatching(said) });
});

test('it does not pass with a good report and a bad exit code', async () => {
  const { result } = await check('cp given out.xml; exit 2', {
    report: 'out.xml',
    files: { given: junit(passing) },
  });
  expect(result).toMatchObject({ passed: false, exitCode: 2, tests: { failing: 0 } });
});

test('it passes if each failure of its report passed when it was run again', async () => {
  const suite = (inner: string, failures: number) =>
    `<testsuites failures="${failures}"><testsuite name="p" failures="${failures}"><properties><property name="os" value="x"/><property name="go.version" value="go1.26"/></properties>${inner}</testsuite></testsuites>`;
  const ran = (content: string) =>
    check('cp given out.xml', { report: 'out.xml', files: { given: content } });
  const overcome = suite(`${failing}<testcase name="breaks"/>${passing}`, 1);
  expect((await ran(overcome)).result).toMatchObject({
    passed: true,
    failing: [],
    tests: { total: 2, passing: 2, failing: 0 },
  });
  expect((await ran(suite(`${failing}${passing}`, 1))).result).toMatchObject({
    passed: false,
    failing: ['p > breaks'],
    tail: expect.stringContaining('exited with 0, but its report shows 1 failing'),
  });
});

test('files and names in its cases are the same in every worktree', async () => {
  const report = (cwd: string) => ({
    testResults: [
      {
        name: join(cwd, 'test/a.test.ts'),
        status: 'passed',
        assertionResults: [{ title: 'works', status: 'passed' }],
      },
      { name: join(cwd, 'test/b.test.ts'), status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  });
  const of = async (cwd: string) => {
    const files = { given: JSON.stringify(report(cwd)) };
    const { result, store } = await check('cp given out.json; exit 1', { cwd, report: 'out.json', files });
    const cases = result.cases && JSON.parse((await store.get(result.cases)).toString());
    return { failing: result.failing, cases };
  };
  const one = await of(temporaryFolder());
  expect(one).toEqual({
    failing: ['test/b.test.ts'],
    cases: [
      { name: 'works', file: 'test/a.test.ts', status: 'passed' },
      { name: 'test/b.test.ts', status: 'failed', message: 'SyntaxError' },
    ],
  });
  expect(await of(temporaryFolder())).toEqual(one);
});

test('a timeout is said', async () => {
  const { result } = await check('echo begun; sleep 30', { timeout: 400 });
  expect(result).toMatchObject({
    passed: false,
    exitCode: -1,
    timedOut: true,
    tail: expect.stringMatching(/begun\n\[baton\] it took longer than 400 ms/),
  });
});

test('a cancelled check is no result', async () => {
  const cancel = new AbortController();
  const running = check('echo up; sleep 30', {
    signal: cancel.signal,
    onOutput: () => cancel.abort(new Error('stop it')),
  });
  await expect(running).rejects.toThrow('stop it');
});

test('a report folder that links to elsewhere is neither emptied nor read', async () => {
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'out.xml'), junit(passing));
  const cwd = temporaryFolder();
  symlinkSync(elsewhere, join(cwd, 'reports'));
  const { result } = await check('true', { cwd, report: 'reports/out.xml' });
  expect(result.passed).toBe(false);
  expect(readFileSync(join(elsewhere, 'out.xml'), 'utf8')).toBe(junit(passing));
});

test('a set-up is needed once, and again when its inputs, its command or the worktree change', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'packages/a'), { recursive: true });
  const lock = join(cwd, 'packages/a/package-lock.json');
  writeFileSync(lock, '1');
  const setup = { run: 'echo installed', timeout: 5000 };
  const options = { config: setup, worktree: cwd, env: basicEnv(), store: temporaryStore() };
  expect(await setupNeeded(cwd, undefined, undefined)).toBeUndefined();
  const needed = await setupNeeded(cwd, setup, undefined);
  const { result, digest } = await runSetup(options);
  expect(result).toMatchObject({ name: 'setup', passed: true });
  expect(digest).toBe(needed);
  expect(await setupNeeded(cwd, setup, digest)).toBeUndefined();
  expect(await setupNeeded(cwd, { ...setup, run: 'other' }, digest)).toBeDefined();
  writeFileSync(join(cwd, 'code.ts'), 'x');
  expect(await setupNeeded(cwd, setup, digest)).toBeUndefined();
  expect(await setupNeeded(cwd, { ...setup, inputs: ['*.ts'] }, digest)).toBeDefined();
  writeFileSync(lock, '2');
  expect(await setupNeeded(cwd, setup, digest)).toBeDefined();
});

test.each([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'requirements.txt',
  'requirements-dev.txt',
  'poetry.lock',
  'uv.lock',
  'go.sum',
  'Cargo.lock',
  'Gemfile.lock',
  'composer.lock',
])('a set-up depends on %s at any level', async (name) => {
  const [cwd, setup] = [temporaryFolder(), { run: 'x', timeout: 1 }];
  const digests = new Set([await inputsDigest(cwd, setup)]);
  writeFileSync(join(cwd, name), '1');
  digests.add(await inputsDigest(cwd, setup));
  mkdirSync(join(cwd, 'packages/a'), { recursive: true });
  writeFileSync(join(cwd, 'packages/a', name), '1');
  digests.add(await inputsDigest(cwd, setup));
  writeFileSync(join(cwd, 'packages/a', name), '2');
  digests.add(await inputsDigest(cwd, setup));
  writeFileSync(join(cwd, `x-${name}x`), '1');
  digests.add(await inputsDigest(cwd, setup));
  expect(digests.size).toBe(4);
});

test('of a glob a file that is written over counts', async () => {
  const files = { 'old.xml': junit(failing, 1), given: junit(passing) };
  const { result } = await check('cp given old.xml', { report: '*.xml', files });
  expect(result).toMatchObject({ passed: true, tests: { total: 1, passing: 1 } });
});

test('of several reports the cases of those that can be read are kept, and all that is wrong is told', async () => {
  const files = { a: junit(passing), b: '<testsuite', c: junit(passing, 2) };
  const { result } = await check('cp a a.xml; cp b b.xml; cp c c.xml', { report: '*.xml', files });
  expect(result).toMatchObject({ passed: false, tests: { total: 2, passing: 2 } });
  expect(result.tail).toMatch(
    /b\.xml is not usable.*\n\[baton\] the report c\.xml counts 2 failures and shows 0/,
  );
});

test('what Baton has to say stands below the output, a line each', () => {
  expect(withProblems('out', ['one', 'two'])).toBe('out\n[baton] one\n[baton] two');
  expect(withProblems('out', [])).toBe('out');
});

test('secrets are in neither the output nor the log of a check', async () => {
  const { result, store } = await check('echo the token is s3cret-value', {
    secrets: [{ name: 'TOKEN', value: 's3cret-value' }],
  });
  const log = result.log && (await store.get(result.log)).toString();
  for (const text of [result.tail, log]) {
    expect(text).toContain('the token is');
    expect(text).not.toContain('s3cret-value');
  }
});

test.each([
  [
    'a folder',
    'mkdir out.xml',
    /out\.xml is a folder: name the files in it, such as out\.xml\/\*\*\/\*\.xml/,
  ],
  ['a link', 'ln -s given out.xml', /out\.xml is a link, and links are not followed/],
  ['a pipe', 'mkfifo out.xml', /out\.xml is no regular file/],
  ['too large', 'truncate -s 65M out.xml', /out\.xml is larger than 64 MiB: let the tool leave out/],
  ['empty', ': > out.xml', /out\.xml is not usable: it is empty: its tool ended before it wrote a result/],
  ['binary', "printf 'ab\\000\\000cd' > out.xml", /out\.xml is not usable: it is binary/],
])('a report that is %s is named, with what to do', async (_, run, said) => {
  const { result } = await check(run, { report: 'out.xml', files: { given: junit(passing) } });
  expect(result).toMatchObject({
    passed: false,
    exitCode: 0,
    tests: null,
    tail: expect.stringMatching(said),
  });
});

test('a glob that no file matches is told apart from one whose files are old', async () => {
  const old = await check('true', { report: '*.xml', files: { 'a.xml': junit(passing) } });
  expect(old.result.tail).toContain('1 files match *.xml, and it changed none of them');
  expect((await check('true', { report: '*.xml' })).result.tail).toContain('no file matches *.xml');
});

test('a report in UTF-16, as .NET writes it, gives its tests', async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'given'),
    Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-16"?>${junit(passing)}`, 'utf16le'),
  );
  const { result } = await check('cp given out.xml', { cwd, report: 'out.xml' });
  expect(result).toMatchObject({ passed: true, tests: { total: 1, passing: 1 } });
});

test('a report has to be in the format that is named', async () => {
  const named = (format: 'tap' | 'junit') =>
    check('cp given out.xml', { report: { file: 'out.xml', format }, files: { given: junit(passing) } });
  expect((await named('junit')).result.passed).toBe(true);
  expect((await named('tap')).result).toMatchObject({
    passed: false,
    tail: expect.stringContaining('out.xml is not usable: it is not in the format `tap`'),
  });
});

test('a report that is cut off keeps its tests, and is red', async () => {
  const { result } = await check('cp given out.tap', {
    report: 'out.tap',
    files: { given: '1..3\nok 1 - a\nok 2 - b\n' },
  });
  expect(result).toMatchObject({
    passed: false,
    tests: { total: 2, passing: 2 },
    tail: expect.stringContaining('of the report out.tap: its plan says 3 tests, and it has 2'),
  });
});

test('what the report says of a failure is told if the command did not print it', async () => {
  const broken = '<testcase name="breaks"><failure message="1 is not 2">at a.js:3</failure></testcase>';
  const files = { given: junit(passing + broken, 1) };
  const ran = async (run: string) => (await check(run, { report: 'out.xml', files })).result.tail;
  expect(await ran('cp given out.xml; exit 1')).toBe('[report] s > breaks\n  1 is not 2\n  at a.js:3');
  expect(await ran("cp given out.xml; echo 'it says 1 is not 2'; exit 1")).toBe('it says 1 is not 2');
});
