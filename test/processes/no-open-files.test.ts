import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Launcher } from '../../src/processes/launcher/launcher.ts';
import { basicEnv, pidIn, temporaryFolder } from './helpers.ts';

/** Whether the open files of another process can be bounded and counted here. */
const mayBound = existsSync('/proc/self/fd') && existsSync('/usr/bin/prlimit');

/** A launcher that runs `command`, as it is until a file is removed. */
const openLauncher = async () => {
  const launcher = new Launcher();
  const cwd = temporaryFolder();
  const options = { cwd, env: basicEnv(), timeoutMs: 60_000 };
  const held = path.join(cwd, 'held');
  writeFileSync(held, '');
  const abort = new AbortController();
  const beside = launcher.command({
    command: `echo $$ > up; while [ -e ${held} ]; do sleep 0.02; done; echo beside`,
    signal: abort.signal,
    ...options,
  });
  await pidIn(path.join(cwd, 'up'));
  const pid = launcher.pid as number;
  onTestFinished(() => {
    if (launcher.pid !== undefined) process.kill(launcher.pid, 'SIGKILL');
  });
  const bound = (files: number) =>
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`], { stdio: 'ignore' });
  /** Lets it open so many more files. */
  const leave = (free: number) => {
    const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
    // The lowest free number is given to the next file.
    let files = 0;
    for (let left = free; left >= 0; files++) if (!open.has(files)) left--;
    bound(files - 1);
  };
  return {
    launcher,
    options,
    pid,
    beside,
    abort,
    leave,
    giveBack: () => bound(1024),
    end: () => rmSync(held),
  };
};

describe.skipIf(!mayBound)('a launcher that has no more open files', () => {
  const noFiles = { code: expect.stringMatching(/^E[MN]FILE$/) };

  it.each([0, 1, 3, 5])('than %i says so of what it can’t start, and what it runs goes on', async (free) => {
    const { launcher, options, pid, beside, leave, giveBack, end } = await openLauncher();
    leave(free);
    const { cwd, env } = options;
    await expect(launcher.talk({ program: 'true', args: [], cwd, env })).rejects.toMatchObject(noFiles);
    const program = { program: 'true', args: [], ...options, mostOutput: 1000 };
    await expect(launcher.program(program)).rejects.toMatchObject(noFiles);
    await expect(launcher.command({ command: 'true', ...options })).rejects.toMatchObject(noFiles);
    giveBack();
    expect(await launcher.program(program)).toMatchObject({ exitCode: 0 });
    end();
    expect(await beside).toMatchObject({ exitCode: 0, stdout: 'beside\n' });
    expect(launcher.pid).toBe(pid);
  });

  it('ends what is cancelled as soon as it can look for it', async () => {
    const { launcher, options, pid, beside, abort, leave, giveBack } = await openLauncher();
    leave(0);
    abort.abort();
    const program = { program: 'true', args: [], ...options, mostOutput: 1000 };
    // Its answer comes after the first look for the command's tree.
    await expect(launcher.program(program)).rejects.toMatchObject(noFiles);
    giveBack();
    expect(await beside).toMatchObject({ exitCode: -1, cancelled: true });
    expect(launcher.pid).toBe(pid);
  });
});
