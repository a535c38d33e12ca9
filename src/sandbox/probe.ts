import { rm } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { allowedEnvironment } from '../processes/environment.ts';
import { temporaryFolder } from '../processes/temporary.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { PROBE_PATIENCE_MS, tryBubblewrap } from './try-bubblewrap.ts';

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
  const temporary = await temporaryFolder('sandbox');
  try {
    const view = { userHome: homedir(), hidden: [], caches: [], readable: [], writable: [temporary] };
    const options = await bubblewrapArguments({ ...view, cwd: '/', temporary, openNetwork: false });
    const probe = await tryBubblewrap(options, { cwd: '/', env: allowedEnvironment() });
    if (probe === undefined) return `bubblewrap and socat are not installed; ${INSTALL}`;
    const { exitCode, timedOut, said } = probe;
    if (exitCode === 0) return undefined;
    if (timedOut) return `bubblewrap did not end in ${PROBE_PATIENCE_MS / 1000} s`;
    if (/socat: No such file/.test(said)) return `socat is not installed; ${INSTALL}`;
    return `bubblewrap ended with exit code ${exitCode}: ${said}; user namespaces may be switched off here (docs/security.md)`;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
