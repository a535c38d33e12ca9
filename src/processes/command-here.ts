import type { ChildProcess, StdioOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { BatonError } from '../domain/failures.ts';
import { argumentsOf, type CommandResult, type CommandToRun } from './command.ts';
import { CommandOutput } from './command-output.ts';
import { endTree } from './end-tree.ts';
import { startTimeOf } from './process-table.ts';
import { isOutOfFiles, spawnChild } from './spawn-child.ts';
import { temporaryFolder } from './temporary.ts';

/** Runs a command as a child of this process; see run-command.ts. */
export async function commandHere(options: CommandToRun): Promise<CommandResult> {
  const folder = await temporaryFolder('command');
  const disposeLog = () => rm(folder, { recursive: true, force: true });
  let output: CommandOutput | undefined;
  try {
    output = new CommandOutput(folder, options);
    const ended = await runToEnd(options, output);
    return { ...ended, ...output.finish(), disposeLog };
  } catch (error) {
    output?.finish();
    await disposeLog();
    throw error;
  }
}

type Ended = Pick<CommandResult, 'exitCode' | 'signal' | 'timedOut' | 'cancelled' | 'durationMs'>;

async function runToEnd(options: CommandToRun, output: CommandOutput): Promise<Ended> {
  const began = performance.now();
  const lasted = () => Math.round(performance.now() - began);
  if (options.signal?.aborted)
    return { exitCode: -1, signal: null, timedOut: false, cancelled: true, durationMs: lasted() };
  const { run = randomUUID() } = options;
  // Its room is taken now: a disk that is full at the end must not have the command run again.
  if (options.endFile !== undefined) writeFileSync(options.endFile, run.replace(/./g, '-'));
  const child = await start(options, { ...options.env, BATON_RUN: run }, output);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  output.listen(child);
  // Also of a command that may leave services: one that is cut off has left nothing yet that is of use.
  const env = { BATON_RUN: run };
  const startTime = child.pid === undefined ? undefined : await startTimeOf(child.pid);

  let why: 'timedOut' | 'cancelled' | undefined;
  let ending: Promise<unknown> | undefined;
  const stop = (reason: 'timedOut' | 'cancelled') => {
    why ??= reason;
    if (ending !== undefined) return;
    ending = endTree({ pid: child.pid, startTime, env });
    // Whoever waits for the end hears of it; this comes before, from a timer, where nobody would.
    ending.catch(() => endGroup(child));
  };
  const timer = setTimeout(() => stop('timedOut'), options.timeoutMs);
  const onAbort = () => stop('cancelled');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  try {
    if (child.pid !== undefined && startTime !== undefined)
      await options.onStart?.({ pid: child.pid, startTime }).catch(async (error: unknown) => {
        // Nobody would find it if this process were killed.
        await endTree({ pid: child.pid, startTime, env });
        throw error;
      });
    const [code, signal] = await exited;
    const durationMs = lasted();
    if (options.endFile !== undefined && why === undefined) noteEnd(options.endFile, run);
    await ending;
    if (!options.leaveBackground) await endTree({ pid: child.pid, startTime, env, justExited: true });
    await output.drain();
    const exitCode = why === undefined && code !== null ? code : -1;
    return { exitCode, signal, timedOut: why === 'timedOut', cancelled: why === 'cancelled', durationMs };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** All that can be done if nothing can be looked at. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  // Once it was waited for, the system may give the number to another.
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** If it can't be noted the command has ended all the same, and whoever started it is told so. */
function noteEnd(file: string, run: string): void {
  try {
    const fd = openSync(file, 'r+');
    try {
      writeSync(fd, run, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    // A failing disk, or no open files left: thrown, it would have the command run again.
  }
}

async function start(
  { command, cwd }: CommandToRun,
  env: Record<string, string>,
  output: CommandOutput,
): Promise<ChildProcess> {
  const [program, ...args] = argumentsOf(command);
  if (program === undefined) throw new BatonError('BadInput', 'a command needs a program');
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory())
    throw new BatonError('BadInput', `can't run "${program}" in ${cwd}: there is no such folder`);
  try {
    const stdio: StdioOptions = ['ignore', ...output.stdio()];
    return await spawnChild(program, args, { cwd, env, detached: true, stdio });
  } catch (cause) {
    if (isOutOfFiles(cause)) throw cause;
    throw new BatonError('BadInput', `can't start "${program}" in ${cwd}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
