import type { Readable } from 'node:stream';
import type { CommandResult, CommandToRun } from './command.ts';

/** A program that runs to its end and whose output is an answer: git. */
export interface ProgramToRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Given on standard input. Absent: there is none. */
  readonly input?: string | Uint8Array | undefined;
  readonly timeoutMs: number;
  /** Of standard output and standard error each, in characters. */
  readonly mostOutput: number;
  /** `bytes`: each character of the output is one byte. Default: it is read as UTF-8. */
  readonly output?: 'bytes' | undefined;
}

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent: it was ended by a signal or its time limit, or could not be started. */
  readonly exitCode?: number | undefined;
  /** Why there is no exit code. */
  readonly problem?: string | undefined;
}

/** A program that is talked with: an agent. It leads a process group of its own. */
export interface ProgramToTalkTo {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. With `BATON_RUN`, by which its tree is found. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** It runs. Output that is not read holds it up. */
export interface TalkingProgram {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  write(text: string): void;
  closeInput(): void;
  /** Rejects if what started it is gone, and its tree with that. */
  readonly exited: Promise<ProgramExit>;
}

/** It could not be started. */
export interface StartProblem {
  readonly code: string | undefined;
  readonly message: string;
}

/** Starts processes: in this process, or by a small one, since starting one costs more the larger the starter is. */
export interface Starter {
  /** As {@link import('./run-command.ts').runCommand}. */
  command(options: CommandToRun): Promise<CommandResult>;
  program(run: ProgramToRun): Promise<ProgramResult>;
  talk(run: ProgramToTalkTo): Promise<TalkingProgram | StartProblem>;
}
