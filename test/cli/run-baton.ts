import { execa } from 'execa';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Runs the real command as a process, with nothing of the caller's Temporal settings. */
export async function runBaton(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|BATON_|NO_COLOR|FORCE_COLOR)/.test(name)),
  );
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    ['--import', 'tsx', `${ROOT}src/client.ts`, ...args],
    {
      cwd: ROOT,
      env: { ...clean, ...env },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      // A command that hangs; a whole feature behind one takes half a minute on busy cores.
      timeout: 120_000,
    },
  );
  return { stdout, stderr, exitCode };
}
