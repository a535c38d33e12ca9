import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { endTree } from '../../src/processes/end-tree.ts';
import { Launcher } from '../../src/processes/launcher/launcher.ts';
import { descendantsOf, processesWith, startTimeOf } from '../../src/processes/process-table.ts';
import { startHere } from '../../src/processes/start-here.ts';
import type { Starter, TalkingProgram } from '../../src/processes/starter.ts';
import { basicEnv, eventually, pidIn, temporaryFolder } from './helpers.ts';

const launcher = new Launcher();
afterAll(() => {
  if (launcher.pid !== undefined) process.kill(launcher.pid, 'SIGKILL');
});

const programs = { timeoutMs: 20_000, mostOutput: 1000 };
const talkTo = async (starter: Starter, script: string, env: Record<string, string> = {}) => {
  const program = await starter.talk({
    program: 'sh',
    args: ['-c', script],
    cwd: temporaryFolder(),
    env: { ...basicEnv(), ...env },
  });
  if (!('pid' in program)) throw new Error(program.message);
  return program;
};
const textOf = async (stream: TalkingProgram['stdout']) => {
  let text = '';
  for await (const piece of stream) text += piece.toString();
  return text;
};
const isGone = (pid: number) => eventually(async () => (await startTimeOf(pid)) === undefined);

describe.each([
  ['this process', startHere],
  ['the launcher', launcher],
] as const)('a program started by %s', (_, starter) => {
  const run = (args: readonly string[], more: object = {}) => {
    const [program = '', ...rest] = args;
    return starter.program({
      program,
      args: rest,
      cwd: temporaryFolder(),
      env: basicEnv(),
      ...programs,
      ...more,
    });
  };

  it('answers with its output and exit code, and gets its input', async () => {
    expect(await run(['sh', '-c', 'cat; echo err >&2; exit 3'], { input: 'in\n' })).toEqual({
      stdout: 'in\n',
      stderr: 'err\n',
      exitCode: 3,
    });
    expect(await run(['cat'])).toMatchObject({ stdout: '', exitCode: 0 });
  });

  it('has no exit code if it is not there, is ended, or prints too much', async () => {
    expect(await run(['no-such-program'])).toMatchObject({ problem: expect.stringContaining('ENOENT') });
    expect(await run(['sleep', '60'], { timeoutMs: 50 })).toMatchObject({
      problem: expect.stringContaining('timed out'),
    });
    expect((await run(['sh', '-c', 'yes'])).problem).toContain('maxBuffer');
  });

  it('is talked with line by line, and ends when its input does', async () => {
    const program = await talkTo(starter, 'while read line; do echo "got $line"; done; echo bye >&2; exit 4');
    const errors = textOf(program.stderr);
    program.write('one\n');
    const output = program.stdout[Symbol.asyncIterator]();
    expect(String((await output.next()).value)).toBe('got one\n');
    program.write('two\n');
    expect(String((await output.next()).value)).toBe('got two\n');
    program.closeInput();
    expect(await output.next()).toMatchObject({ done: true });
    expect(await program.exited).toEqual({ code: 4, signal: null });
    expect(await errors).toBe('bye\n');
  });

  it('keeps what it said although it was gone before anybody read it', async () => {
    const program = await talkTo(starter, 'echo said; echo too >&2');
    await program.exited;
    expect([await textOf(program.stdout), await textOf(program.stderr)]).toEqual(['said\n', 'too\n']);
  });

  it('is held up by output that nobody reads, and goes on when it is read', async () => {
    const folder = temporaryFolder();
    const program = await talkTo(starter, `head -c 20000000 /dev/zero | tr '\\0' x; touch ${folder}/done`);
    program.stderr.resume();
    const { exited } = program;
    // It would be through in a fraction of the time that it takes to be sure that it stands still.
    const first = await Promise.race([
      exited,
      new Promise((resolve) => setTimeout(resolve, 1000, 'held up')),
    ]);
    expect(first).toBe('held up');
    expect(program.stdout.readableLength).toBeLessThan(4_000_000);
    expect(await textOf(program.stdout)).toHaveLength(20_000_000);
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('is over if its output is closed while it is held up', async () => {
    const program = await talkTo(starter, 'yes');
    const { exited } = program;
    await new Promise((resolve) => program.stdout.once('readable', resolve));
    program.stdout.destroy();
    program.stderr.resume();
    // Its writer hears of it as an error, or by SIGPIPE, of which a shell in between makes 141.
    expect([1, 141, null]).toContain((await exited).code);
  });

  it('is told of if it can not be started', async () => {
    const env = basicEnv();
    expect(await starter.talk({ program: 'no-such-program', args: [], cwd: '/', env })).toMatchObject({
      code: 'ENOENT',
    });
    // The system takes 128 KiB of one argument.
    expect(await starter.talk({ program: 'true', args: ['x'.repeat(200_000)], cwd: '/', env })).toMatchObject(
      {
        code: 'E2BIG',
      },
    );
  });
});

describe('the launcher', () => {
  it('is small, is none of the worker’s group, and gets none of its environment', async () => {
    await launcher.program({ program: 'true', args: [], cwd: '/', env: basicEnv(), ...programs });
    const [own] = await descendantsOf(process.pid).then((all) =>
      all.filter(({ pid }) => pid === launcher.pid),
    );
    expect(own?.group).toBe(launcher.pid);
    expect(await processesWith({ VITEST: 'true' }).then((all) => all.map(({ pid }) => pid))).not.toContain(
      launcher.pid,
    );
  });

  it('killed, takes what it ran with it; that counts as failed, and the next is started anew', async () => {
    const mortal = new Launcher();
    const folder = temporaryFolder();
    const [one, two, three] = ['one', 'two', 'three'].map((name) => path.join(folder, name));
    const sleeping = (file: string | undefined) => `setsid sleep 300 & echo $! > ${file}; sleep 300`;
    const options = { cwd: folder, env: basicEnv() };
    const program = await talkTo(mortal, sleeping(one), { BATON_RUN: 'talked' });
    const ends = Promise.allSettled([
      program.exited,
      mortal.command({ command: sleeping(two), timeoutMs: 60_000, ...options }),
      mortal.program({ program: 'sh', args: ['-c', sleeping(three)], ...options, ...programs }),
    ]);
    const pids = await Promise.all([one, two, three].map((file) => pidIn(file as string)));
    const first = mortal.pid as number;
    process.kill(first, 'SIGKILL');
    for (const end of await ends)
      expect(end).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('tried again') },
      });
    for (const pid of pids) expect(await startTimeOf(pid)).toBeUndefined();
    expect(await textOf(program.stdout)).toBe('');
    const again = await mortal.program({ program: 'echo', args: ['again'], ...options, ...programs });
    expect(again).toEqual({ stdout: 'again\n', stderr: '', exitCode: 0 });
    expect(mortal.pid).not.toBe(first);
    process.kill(mortal.pid as number, 'SIGKILL');
  });

  it('ends with its worker, also one that is killed, and leaves nothing of what it ran', async () => {
    const folder = temporaryFolder();
    const files = ['command', 'program', 'talk', 'launcher'].map((name) => path.join(folder, name));
    const at = (name: string) => path.join(import.meta.dirname, '../../src/processes', name);
    const script = `
      import { writeFileSync } from 'node:fs';
      import { Launcher } from ${JSON.stringify(at('launcher/launcher.ts'))};
      const launcher = new Launcher();
      const env = { PATH: process.env.PATH };
      const cwd = ${JSON.stringify(folder)};
      const line = (name) => 'trap "" TERM; setsid sleep 300 & echo $! > ' + name + '; sleep 300';
      void launcher.command({ command: line('command'), cwd, env, timeoutMs: 60000 });
      void launcher.program({ program: 'sh', args: ['-c', line('program')], cwd, env, timeoutMs: 60000, mostOutput: 10 });
      await launcher.talk({ program: 'sh', args: ['-c', line('talk')], cwd, env: { ...env, BATON_RUN: 'left' } });
      writeFileSync('launcher', String(launcher.pid) + '\\n');
      setInterval(() => {}, 1000);
    `;
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const worker = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
      cwd: folder,
      stdio: 'inherit',
    });
    const pids = await Promise.all(files.map(pidIn));
    worker.kill('SIGKILL');
    for (const pid of pids) await isGone(pid);
  });

  it('ends a command that is aborted or takes too long, and says which', async () => {
    const abort = new AbortController();
    const options = { cwd: '/', env: basicEnv() };
    const [aborted, late] = await Promise.all([
      launcher.command({
        command: 'sleep 300',
        timeoutMs: 60_000,
        signal: abort.signal,
        onStart: async () => abort.abort(),
        ...options,
      }),
      launcher.command({ command: 'sleep 300', timeoutMs: 50, ...options }),
    ]);
    expect([aborted.cancelled, aborted.timedOut]).toEqual([true, false]);
    expect([late.cancelled, late.timedOut]).toEqual([false, true]);
    await Promise.all([aborted.disposeLog(), late.disposeLog()]);
  });

  it('tells what is thrown as it was thrown: by the start, and by whoever is told of it', async () => {
    const options = { env: basicEnv(), timeoutMs: 1000 };
    await expect(launcher.command({ command: ['no-such'], cwd: '/', ...options })).rejects.toMatchObject({
      name: 'BatonError',
      type: 'BadInput',
      cause: { code: 'ENOENT' },
    });
    let started = 0;
    const refusing = launcher.command({
      command: 'sleep 300',
      cwd: '/',
      ...options,
      timeoutMs: 60_000,
      onStart: async ({ pid }) => {
        started = pid;
        throw new Error('no note could be written');
      },
    });
    await expect(refusing).rejects.toThrow('no note could be written');
    await isGone(started);
    await endTree({ env: { BATON_RUN: 'nobody' } });
  });
});
