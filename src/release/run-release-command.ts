import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { CommandToRun } from '../processes/command.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { lastJsonDocument } from '../processes/json-document.ts';
import { runCommand } from '../processes/run-command.ts';
import { type Secret, secretsOf } from '../processes/secrets/secrets.ts';

export type ReleaseCommand = 'deploy' | 'smoke' | 'shift' | 'probe' | 'rollback' | 'current';

/** A line of output that history holds is cut here, in characters. */
const MAX_TEXT = 1000;

export interface ReleaseCommandToRun {
  readonly step: ReleaseCommand;
  /** A shell line of the repository's; values reach it through the environment only. */
  readonly command: string;
  /** A checkout of what is released. */
  readonly cwd: string;
  /** `BATON_VERSION`, `BATON_PERCENT` and so on. */
  readonly values: Readonly<Record<`BATON_${string}`, string>>;
  /** Names of the variables that only release commands get (`release.env`). */
  readonly credentials: readonly string[];
  /** Blotted out beside the credentials. Default: none. */
  readonly secrets?: readonly Secret[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly store: ArtifactStore;
  readonly onStart?: CommandToRun['onStart'];
  /** Its `BATON_RUN`. Default: a new one. */
  readonly run?: string;
  /** Gets that when the command has ended by itself. */
  readonly endFile?: string;
  /** Where variables come from. Default: this process's environment. */
  readonly from?: Readonly<Record<string, string | undefined>>;
}

export interface ReleaseCommandResult {
  readonly step: ReleaseCommand;
  readonly ok: boolean;
  /** -1 where the process was ended by a signal or its timeout. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The last JSON document of standard output, or null. */
  readonly json: unknown;
  /** The last line of standard output that isn't empty, or an empty text. */
  readonly text: string;
  /** The last lines of output, at most 4,000 characters. */
  readonly tail: string;
  readonly log: ArtifactRef | null;
}

/**
 * Runs one release command. It may start services: what is still running when it ends by itself is left alone;
 * what it started until it was aborted or its time was over is ended with it. Values of its credentials are blotted out of everything that is returned or kept. It may run twice after a crash,
 * with the same BATON_OPERATION_ID, so it has to bear that.
 *
 * @throws the signal's reason if it was aborted
 * @throws BatonError `BadInput` if `cwd` isn't there or a credential may not be handed on
 */
export async function runReleaseCommand(options: ReleaseCommandToRun): Promise<ReleaseCommandResult> {
  const { step, command, cwd, values, credentials, timeoutMs, signal, store, from = process.env } = options;
  const run = await runCommand({
    command,
    cwd,
    env: allowedEnvironment({ extra: credentials, set: values, from }),
    timeoutMs,
    signal,
    secrets: [...(options.secrets ?? []), ...secretsOf(credentials, from)],
    leaveBackground: true,
    ...(options.onStart && { onStart: options.onStart }),
    ...(options.run !== undefined && { run: options.run }),
    ...(options.endFile !== undefined && { endFile: options.endFile }),
  });
  try {
    signal?.throwIfAborted();
    const lines = run.stdout.split('\n').map((line) => line.trim());
    return {
      step,
      ok: run.exitCode === 0,
      exitCode: run.exitCode,
      timedOut: run.timedOut,
      durationMs: run.durationMs,
      json: lastJsonDocument(run.stdout) ?? null,
      text: (lines.findLast((line) => line !== '') ?? '').slice(0, MAX_TEXT),
      tail: run.tail,
      // Without its log the command has run all the same, and must not be run again.
      log:
        run.log.bytes === 0 ? null : await store.put({ file: run.log.file }, 'text/plain').catch(() => null),
    };
  } finally {
    await run.disposeLog();
  }
}
