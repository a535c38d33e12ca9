import type { Secret } from './secrets/secrets.ts';

/** Program and arguments of a command; a line is for the shell. */
export const argumentsOf = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : command;

export interface CommandToRun {
  /** A line for `/bin/sh`, or a program and its arguments, started without a shell. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  /** All of its environment: nothing of Baton's own is added but BATON_RUN. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Its `BATON_RUN`, by which its tree is found. Default: a new one. */
  readonly run?: string;
  /** Aborted: the command's tree is ended and the result says `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Every piece of output as it comes, secrets blotted out. Not called for commands with `leaveBackground`. */
  readonly onOutput?: (piece: string) => void;
  /** Largest log in bytes; the middle of a larger one is cut. Default 20 MiB. */
  readonly logLimit?: number;
  /** Blotted out of everything that is kept or returned. */
  readonly secrets?: readonly Secret[];
  /**
   * True for commands that start services: what still runs when the command has ended by itself is left alone. They
   * write to files instead of pipes then, so that a service that kept its standard output lives on when Baton
   * ends; the log holds standard output first and standard error after it.
   */
  readonly leaveBackground?: boolean;
  /**
   * A file that gets the `run` as soon as the command has ended by itself: by it a later process knows that the command
   * wasn't cut off, even if this one is killed before it can tell how the command ended. Default: none.
   */
  readonly endFile?: string;
  /** Told of the process before it is waited for, so that it can be ended should this one be killed. */
  readonly onStart?: (process: { readonly pid: number; readonly startTime: string }) => Promise<void>;
}

export interface CommandResult {
  /** -1 where the process was ended by a signal or by its timeout. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  readonly durationMs: number;
  /** The end of standard output, at most 4 Mi characters. */
  readonly stdout: string;
  /** Whether standard output was longer than that, or could not be read to its end. */
  readonly stdoutCut: boolean;
  /** The last lines of all output without colours, at most 4,000 characters; then what the log misses, if its disk was full. */
  readonly tail: string;
  /** All output in a file of the caller's: `disposeLog` removes it. */
  readonly log: { readonly file: string; readonly bytes: number; readonly cutBytes: number };
  readonly disposeLog: () => Promise<void>;
}
