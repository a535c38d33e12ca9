import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { execa } from 'execa';
import { commandHere } from './command-here.ts';
import { isOutOfFiles, spawnChild } from './spawn-child.ts';
import type {
  ProgramExit,
  ProgramResult,
  ProgramToRun,
  ProgramToTalkTo,
  Starter,
  StartProblem,
  TalkingProgram,
} from './starter.ts';

/** Starts processes as children of this one. */
export const startHere: Starter = { command: commandHere, program: programHere, talk: talkHere };

/** Three pipes of two ends each, and the one by which a child tells that its program couldn't be started. */
const FILES_OF_A_START = 8;

/**
 * @throws the system's error if there are no open files for a start: execa meets that with an error of a process that it
 *   lets nobody listen to, which would end this process and all that it runs
 */
function mustHaveFiles(): void {
  const opened: number[] = [];
  try {
    while (opened.length < FILES_OF_A_START) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

async function programHere(run: ProgramToRun): Promise<ProgramResult> {
  mustHaveFiles();
  const result = await execa(run.program, [...run.args], {
    cwd: run.cwd,
    env: run.env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    ...(run.output === 'bytes' && { encoding: 'latin1' as const }),
    maxBuffer: run.mostOutput,
    timeout: run.timeoutMs,
    ...(run.input === undefined ? { stdin: 'ignore' } : { input: run.input }),
  });
  const { stdout, stderr, exitCode, shortMessage, isMaxBuffer, timedOut } = result;
  // A shell may give an exit code to what was cut off.
  return exitCode === undefined || isMaxBuffer || timedOut
    ? { stdout, stderr, problem: shortMessage }
    : { stdout, stderr, exitCode };
}

async function talkHere(run: ProgramToTalkTo): Promise<TalkingProgram | StartProblem> {
  const { program, args, cwd, env } = run;
  let child: ChildProcess;
  try {
    child = await spawnChild(program, args, { cwd, env, detached: true, stdio: 'pipe' });
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
  const { stdin, stdout, stderr } = child as ChildProcessWithoutNullStreams;
  // Without anybody listening Node throws away what a process had said that is gone before it is read.
  for (const stream of [stdout, stderr]) stream.on('readable', () => {});
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid as number,
    stdout,
    stderr,
    exited,
    write: (text) => void stdin.write(text),
    closeInput: () => void stdin.end(),
  };
}
