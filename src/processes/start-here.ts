import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import { commandHere } from './command-here.ts';
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

async function programHere(run: ProgramToRun): Promise<ProgramResult> {
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
  const child = spawn(run.program, run.args, { cwd: run.cwd, env: run.env, detached: true, stdio: 'pipe' });
  const { stdin, stdout, stderr } = child;
  // Without anybody listening Node throws away what a process had said that is gone before it is read.
  for (const stream of [stdout, stderr]) stream.on('readable', () => {});
  stdin.on('error', () => {}); // EPIPE: it reads no more, which is its own affair
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
  return {
    pid: child.pid as number,
    stdout,
    stderr,
    exited,
    write: (text) => void stdin.write(text),
    closeInput: () => void stdin.end(),
  };
}
