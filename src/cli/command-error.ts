/** Exit codes of the `baton` command. */
export const EXIT = { ok: 0, foundWanting: 1, couldNotRun: 2, interrupted: 130 } as const;

/** An error for a person: what is wrong, where, and what to do. Shown without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode: number = EXIT.couldNotRun,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
