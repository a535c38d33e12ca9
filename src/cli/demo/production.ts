import { access } from 'node:fs/promises';
import path from 'node:path';
import { ExecaError, execa } from 'execa';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import type { ExampleProduction } from './example.ts';

/** Silence for longer looks like a hang. */
const PROGRESS_MS = 5_000;
/** A first `npm ci` over a slow line; longer than that it hangs. */
const TIMEOUT_MS = 10 * 60_000;

/** What serves; the set-up of Baton's trees installs the rest. No dependency of theirs needs its install script. */
const INSTALL = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];

/** Runs a command of the example with its progress shown; its output only where it fails. */
async function run(
  title: string,
  file: string,
  args: string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<void> {
  const started = Date.now();
  const ticker = setInterval(
    () => say(`  ${title} … ${Math.round((Date.now() - started) / 1000)} s`),
    PROGRESS_MS,
  );
  try {
    await execa(file, args, {
      cwd,
      stdin: 'ignore',
      all: true,
      timeout: TIMEOUT_MS,
      ...(signal && { cancelSignal: signal }),
    });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.all ?? '')
      .trim()
      .split('\n')
      .slice(-15)
      .join('\n');
    throw new CommandError(`${title} failed in ${cwd}: ${error.shortMessage}\n${tail}`, undefined, {
      cause: error,
    });
  } finally {
    clearInterval(ticker);
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Installs what the example's production needs in its copy. */
export const installDependencies = async (repo: string, signal: AbortSignal): Promise<void> => {
  if (await exists(path.join(repo, 'package-lock.json')))
    await run("installing the example's dependencies", 'npm', INSTALL, repo, signal);
};

/** Brings the example's stand-in for production up. Returns how to take it down. */
export async function bringUp(repo: string, { up, down }: ExampleProduction): Promise<() => Promise<void>> {
  await run('bringing production up', path.join(repo, up), [], repo);
  return () => run('taking production down', path.join(repo, down), [], repo);
}
