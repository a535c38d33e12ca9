import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { runCommand } from '../processes/run-command.ts';
import { bubblewrapArguments } from './bubblewrap.ts';

/** It takes some 10 ms, also on a machine that is busy; whatever takes so long hangs. */
const PATIENCE_MS = 20_000;
const INSTALL = "install them with: sudo apt install bubblewrap socat (or your system's package manager)";

let known: Promise<string | undefined> | undefined;

/** Why this machine can make no sandbox, and what to do; undefined if it can. Tried once, in earnest. */
export const sandboxProblem = (): Promise<string | undefined> => {
  known ??= tried();
  return known;
};

async function tried(): Promise<string | undefined> {
  if (platform() !== 'linux')
    return `Baton makes sandboxes on Linux only: put one of your own around agents by \`wrapper\``;
  const temporary = await mkdtemp(path.join(tmpdir(), 'baton-tmp-'));
  try {
    const view = { userHome: homedir(), hidden: [], caches: [], readable: [], writable: [temporary] };
    const options = await bubblewrapArguments({ ...view, cwd: '/', temporary, openNetwork: false });
    const run = await runCommand({
      command: ['bwrap', ...options, 'socat', '-V'],
      cwd: '/',
      env: allowedEnvironment(),
      timeoutMs: PATIENCE_MS,
    });
    await run.disposeLog();
    if (run.exitCode === 0) return undefined;
    const said = run.tail.trim().split('\n').at(-1) ?? '';
    if (run.timedOut) return `bubblewrap did not end in ${PATIENCE_MS / 1000} s`;
    if (/socat: No such file/.test(said)) return `socat is not installed; ${INSTALL}`;
    return `bubblewrap ended with exit code ${run.exitCode}: ${said}; user namespaces may be switched off here (docs/security.md)`;
  } catch (error) {
    if (error instanceof BatonError) return `bubblewrap and socat are not installed; ${INSTALL}`;
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
