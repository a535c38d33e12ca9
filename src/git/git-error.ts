/**
 * A git command that failed in a way nobody foresaw: the network, a full disk, a server's refusal. Trying
 * again may help, which is why it is no BatonError. Carries what was run and what git said.
 */
export class GitError extends Error {
  override readonly name = 'GitError';
  constructor(
    /** The arguments, without Baton's own `-c` settings. */
    readonly args: readonly string[],
    /** Undefined where git was ended by a signal or its time limit, or couldn't be started. */
    readonly exitCode: number | undefined,
    readonly stderr: string,
    options?: { cause?: unknown },
  ) {
    const outcome = exitCode === undefined ? 'did not end by itself' : `failed with exit code ${exitCode}`;
    super(
      `git ${hideCredentials(args.join(' '))} ${outcome}: ${lastLines(hideCredentials(stderr))}`,
      options,
    );
  }
}

/** What git says if the machine is in the way, and not what it was asked to take. */
const OF_THE_MACHINE =
  /No space left|Disk quota exceeded|Input\/output error|Read-only file system|insufficient permission|Too many open files|Cannot allocate memory|out of memory|unable to create temporary file|unable to write|Unable to create '/i;

/** What the file system says if a disk is full, read-only or failing, or the machine has nothing left to give. */
const CODES_OF_THE_MACHINE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether this machine was in the way: a full disk, no more open files. */
export const isOfTheMachine = (error: unknown): boolean =>
  error instanceof GitError
    ? OF_THE_MACHINE.test(error.stderr)
    : CODES_OF_THE_MACHINE.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/**
 * Whether git refused what it was given, so that it will refuse it again: no full disk, and no command that was ended from
 * outside.
 */
export const isRefusal = (error: unknown): error is GitError =>
  error instanceof GitError && error.exitCode !== undefined && !isOfTheMachine(error);

/** Replaces user and password in URLs: messages go to history and logs. */
export const hideCredentials = (text: string): string => text.replace(/(\w+:\/\/)[^/\s]+@/g, '$1');

/** Git's last lines say what was wrong; before them comes progress. */
const lastLines = (text: string): string =>
  text.trim().split('\n').slice(-8).join('\n').slice(-1500) || '(no message)';
