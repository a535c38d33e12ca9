import type { ServiceFailure } from '../../domain/failures.ts';
import type { CommandResult, CommandToRun } from '../command.ts';
import type { ProgramExit, ProgramResult, ProgramToRun, ProgramToTalkTo, StartProblem } from '../starter.ts';

/** What a command is told over a channel that carries no functions. */
export interface PlainCommand extends Omit<CommandToRun, 'signal' | 'onOutput' | 'onStart'> {
  readonly run: string;
  /** Whether it was cancelled before it could begin. */
  readonly cancelled: boolean;
  /** Whether its output is wanted piece by piece. */
  readonly wantsOutput: boolean;
  /** Whether it may go on only after a `noted`. */
  readonly wantsStart: boolean;
}

/** To the launcher. `id` names one command, program or talk. */
export type Order = { readonly id: number } & (
  | { readonly do: 'command'; readonly command: PlainCommand }
  | { readonly do: 'program'; readonly program: ProgramToRun }
  | { readonly do: 'talk'; readonly program: ProgramToTalkTo }
  /** Ends a command. */
  | { readonly do: 'abort' }
  /** The start of a command was taken note of, or could not be. */
  | { readonly do: 'noted'; readonly problem?: string }
  | { readonly do: 'write'; readonly text: string }
  | { readonly do: 'close-input' }
  /** So many bytes of a stream were read. */
  | { readonly do: 'took'; readonly stream: StreamName; readonly bytes: number }
  | { readonly do: 'close-output'; readonly stream: StreamName }
);

/** From the launcher. */
export type Report = { readonly id: number } & (
  | { readonly type: 'began'; readonly pid: number; readonly startTime: string }
  | { readonly type: 'output'; readonly piece: string }
  | { readonly type: 'command'; readonly result: Omit<CommandResult, 'disposeLog'> }
  | { readonly type: 'program'; readonly result: ProgramResult }
  | { readonly type: 'talk'; readonly pid: number }
  | { readonly type: 'unstarted'; readonly problem: StartProblem }
  | { readonly type: 'chunk'; readonly stream: StreamName; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly stream: StreamName }
  | { readonly type: 'exit'; readonly exit: ProgramExit }
  | { readonly type: 'failed'; readonly failure: PlainFailure }
);

export type StreamName = 'stdout' | 'stderr';

/** An error without its class. */
export interface PlainFailure {
  /** Of a BatonError. */
  readonly type?: ServiceFailure;
  readonly message: string;
  /** Of the system's error behind it, e.g. `ENOENT`. */
  readonly code?: string;
}
