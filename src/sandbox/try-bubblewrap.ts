import { BatonError } from '../domain/failures.ts';
import { runCommand } from '../processes/run-command.ts';

/** It takes some 10 ms, also on a machine that is busy; whatever takes so long hangs. */
export const PROBE_PATIENCE_MS = 20_000;

/** How bubblewrap ended that was to start socat. */
export interface Probe {
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** The last line that it printed. */
  readonly said: string;
}

/** Tries bubblewrap with these options, as they would be used; undefined where it isn't on PATH. */
export async function tryBubblewrap(
  options: readonly string[],
  where: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Probe | undefined> {
  try {
    const command = ['bwrap', ...options, 'socat', '-V'];
    const run = await runCommand({ command, ...where, timeoutMs: PROBE_PATIENCE_MS });
    await run.disposeLog();
    const said = run.tail.trim().split('\n').at(-1) ?? '';
    return { exitCode: run.exitCode, timedOut: run.timedOut, said };
  } catch (error) {
    if (error instanceof BatonError) return undefined;
    throw error;
  }
}
