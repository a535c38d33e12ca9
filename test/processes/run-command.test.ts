import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandToRun } from '../../src/processes/command.ts';
import { endTree } from '../../src/processes/end-tree.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { runCommand } from '../../src/processes/run-command.ts';
import { basicEnv, eventually, pidIn, temporaryFolder } from './helpers.ts';

async function run(command: CommandToRun['command'], more: Partial<CommandToRun> = {}) {
  const result = await runCommand({
    command,
    cwd: temporaryFolder(),
    env: basicEnv(),
    timeoutMs: 20_000,
    ...more,
  });
  onTestFinished(() => result.disposeLog());
  return result;
}

test('a command reports exit code, standard output, tail and log', async () => {
  const result = await run('echo out; echo err >&2; exit 3');
  expect(result).toMatchObject({
    exitCode: 3,
    signal: null,
    timedOut: false,
    cancelled: false,
    stdout: 'out\n',
  });
  expect(result.tail.split('\n').sort()).toEqual(['err', 'out']);
  expect(await readFile(result.log.file, 'utf8')).toHaveLength(8);
  await result.disposeLog();
  expect(existsSync(result.log.file)).toBe(false);
});

test('a program with arguments is started without a shell', async () => {
  expect((await run(['printf', '%s', '$HOME; `x`'])).stdout).toBe('$HOME; `x`');
});

test('a command that cannot be started names program and folder', async () => {
  await expect(run(['no-such-program'])).rejects.toThrow(/no-such-program.*ENOENT/);
  await expect(run('true', { cwd: '/no/such/folder' })).rejects.toThrow(/\/no\/such\/folder/);
});

test('after its timeout a command is ended with all it started', async () => {
  const cwd = temporaryFolder();
  const result = await run(`setsid sh -c 'echo $$ > far.pid; exec sleep 60' & sleep 60`, {
    cwd,
    timeoutMs: 700,
  });
  expect(result).toMatchObject({ exitCode: -1, timedOut: true });
  expect(await startTimeOf(await pidIn(join(cwd, 'far.pid')))).toBeUndefined();
});

test('a cancelled command is ended, also when it was cancelled before', async () => {
  const cancel = new AbortController();
  const running = run('echo up; sleep 60', { signal: cancel.signal, onOutput: () => cancel.abort() });
  expect(await running).toMatchObject({ exitCode: -1, cancelled: true, timedOut: false });
  expect(await run('echo x', { signal: AbortSignal.abort() })).toMatchObject({ cancelled: true, stdout: '' });
});

test('nothing a command left behind outlives it', async () => {
  const cwd = temporaryFolder();
  const result = await run(
    `setsid sh -c 'echo $$ > far.pid; exec sleep 60' & while ! [ -s far.pid ]; do sleep 0.05; done`,
    { cwd },
  );
  expect(result.exitCode).toBe(0);
  expect(await startTimeOf(await pidIn(join(cwd, 'far.pid')))).toBeUndefined();
});

test('a command that leaves a service behind does not wait for it, and the service lives on', async () => {
  const cwd = temporaryFolder();
  const result = await run(
    `(while :; do echo beat; sleep 0.1; done) & echo $! > service.pid; echo deployed`,
    { cwd, leaveBackground: true },
  );
  const pid = await pidIn(join(cwd, 'service.pid'));
  onTestFinished(async () => {
    await endTree({ pid, startTime: await startTimeOf(pid), env: {} });
  });
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toContain('deployed');
  await result.disposeLog();
  await new Promise((resolve) => setTimeout(resolve, 400)); // several beats onto a file that is gone
  expect(await startTimeOf(pid)).toBeDefined();
});

test('endless output costs no memory: the middle of the log is cut, its start and end are kept', async () => {
  const before = process.memoryUsage().rss;
  const result = await run('echo first; seq 1 6000000; echo last', { logLimit: 200_000 });
  expect(result.log.cutBytes).toBeGreaterThan(40_000_000);
  const log = await readFile(result.log.file, 'utf8');
  expect(log.length).toBeLessThan(201_000);
  expect(log).toMatch(
    /^first\n1\n2\n[\s\S]*\[… \d+ bytes of output cut here …\][\s\S]*5999999\n6000000\nlast\n$/,
  );
  expect(result.stdoutCut).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
});

test('secrets are blotted out of output, tail and log, also where pieces of output cut them', async () => {
  const value = 'deploy-token-0815';
  const pieces: string[] = [];
  const result = await run(`printf 'a deploy-'; sleep 0.2; printf 'token-0815 b\\n'; echo ${value} >&2`, {
    secrets: [{ name: 'TOKEN', value }],
    onOutput: (piece) => pieces.push(piece),
  });
  const log = await readFile(result.log.file, 'utf8');
  for (const text of [result.stdout, result.tail, log, pieces.join('')]) {
    expect(text).toContain('a [TOKEN] b');
    expect(text).not.toContain('0815');
  }
});

test('the log of a left-behind service keeps no secret either', async () => {
  const result = await run('echo key abcdef123', {
    leaveBackground: true,
    secrets: [{ name: 'K', value: 'abcdef123' }],
  });
  expect(result.stdout).toBe('key [K]\n');
  expect(await eventually(() => readFile(result.log.file, 'utf8'))).toBe('key [K]\n');
});
