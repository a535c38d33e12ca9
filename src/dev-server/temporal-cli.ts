import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { firstLine } from '../domain/error-text.ts';
import { withProcessLock } from '../homes/process-lock.ts';
import { cacheDirectory, type Environment } from './cache-directory.ts';
import { candidatesOnPath, readVersion } from './temporal-cli-candidates.ts';
import { type CliSource, downloadWithSdk, installWithGo } from './temporal-cli-sources.ts';
import { temporalCliVersion } from './temporal-cli-version.ts';

/** The slowest way to get the CLI, a build with Go, is itself bounded by 30 minutes; a waiter waits that out. */
const installLockTimeout = 35 * 60_000;

/** A Temporal command line that answered `--version`. */
export interface TemporalCli {
  readonly path: string;
  /** What `temporal --version` printed. */
  readonly version: string;
  readonly source: 'path' | 'cache' | 'sdk-download' | 'go-install';
}

export interface ResolveOptions {
  readonly env?: Environment;
  /** One line for a person, shown while something takes long. */
  readonly progress?: (line: string) => void;
  /** How to get the CLI when there is none, in this order. Only tests replace them. */
  readonly sources?: readonly CliSource[];
}

/** No way to a Temporal CLI worked; the message tells what was tried and the ways out. */
export class TemporalCliMissingError extends Error {
  override readonly name = 'TemporalCliMissingError';
}

/** Where the CLI is kept once Baton got it. */
export function cachedCliPath(env: Environment = process.env): string {
  return path.join(cacheDirectory(env), 'temporal', temporalCliVersion, 'temporal');
}

/**
 * The Temporal CLI to use: `temporal` on PATH, the one kept in the cache, else one got now (by the SDK's own
 * download, then by `go install`) and kept. A candidate counts only if it runs.
 *
 * @throws TemporalCliMissingError with what was tried and what a person can do.
 */
export async function resolveTemporalCli(options: ResolveOptions = {}): Promise<TemporalCli> {
  const env = options.env ?? process.env;
  const failures: string[] = [];
  const found = await findTemporalCli(env, failures);
  if (found) return found;
  const target = cachedCliPath(env);
  const progress = options.progress ?? (() => undefined);
  const onWait = (holder: number) =>
    progress(`Process ${holder} is getting the Temporal CLI; waiting for it.`);
  return await withProcessLock(
    `${target}.locks`,
    async () => {
      const meanwhile = await fromCache(env, []);
      if (meanwhile) return meanwhile;
      for (const source of options.sources ?? [downloadWithSdk, installWithGo]) {
        const directory = path.join(path.dirname(target), `.${source.id}-${process.pid}`);
        try {
          await mkdir(directory, { recursive: true });
          const executable = await source.get({ directory, env, progress });
          const version = await readVersion(executable);
          await rename(executable, target);
          return { path: target, version, source: source.id };
        } catch (error) {
          failures.push(`${source.title}: ${firstLine(error)}`);
        } finally {
          await rm(directory, { recursive: true, force: true });
        }
      }
      throw new TemporalCliMissingError(missingMessage(failures, target));
    },
    { timeoutMs: installLockTimeout, onWait },
  );
}

/** What is there already, without getting anything; adds to `failures` why a candidate does not count. */
export async function findTemporalCli(
  env: Environment = process.env,
  failures: string[] = [],
): Promise<TemporalCli | undefined> {
  for (const candidate of await candidatesOnPath('temporal', env)) {
    try {
      return { path: candidate, version: await readVersion(candidate), source: 'path' };
    } catch (error) {
      failures.push(`${candidate} (on PATH): ${firstLine(error)}`);
    }
  }
  if (failures.length === 0) failures.push('PATH: it has no executable named temporal');
  return await fromCache(env, failures);
}

async function fromCache(env: Environment, failures: string[]): Promise<TemporalCli | undefined> {
  const file = cachedCliPath(env);
  try {
    await access(file);
  } catch {
    failures.push(`cache: ${file} does not exist`);
    return undefined;
  }
  try {
    return { path: file, version: await readVersion(file), source: 'cache' };
  } catch (error) {
    failures.push(`cache: ${file}: ${firstLine(error)}`);
    return undefined;
  }
}

function missingMessage(failures: readonly string[], target: string): string {
  return [
    'No Temporal CLI was found, and none could be got. Tried, in this order:',
    ...failures.map((failure) => `  - ${failure}`),
    'Ways out, any one of them:',
    '  - install the Temporal CLI (https://docs.temporal.io/cli/setup-cli), so that `temporal` is on PATH;',
    `  - put the executable of another machine at ${target};`,
    '  - install Go and try again: Baton then builds the CLI, once, in some minutes;',
    '  - use a Temporal server of your own: set TEMPORAL_ADDRESS, and no CLI is needed.',
  ].join('\n');
}
