import { lstat, readlink, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunnerName } from '../domain/crew-config.ts';
import { placeBelow } from '../files/below.ts';
import { RUNNER_VARIABLES } from './runner-variables.ts';

/** Files in a person's HOME that hold what a CLI was logged in with, by the CLIs' own documentation. */
export const LOGIN_FILES: Readonly<Partial<Record<RunnerName, readonly string[]>>> = {
  claude: ['.claude/.credentials.json'],
  codex: ['.codex/auth.json'],
  gemini: ['.gemini/oauth_creds.json', '.gemini/google_accounts.json'],
  opencode: ['.local/share/opencode/auth.json'],
};

/**
 * Lets an agent whose environment has no key use the login of the person whom the worker runs as. A link, not a copy:
 * these tokens are replaced as they are used, and a copy would log the person out.
 */
export async function linkLogin(
  runner: RunnerName,
  agent: { readonly home: string; readonly env: Readonly<Record<string, string>> },
  personsHome = homedir(),
): Promise<void> {
  if (RUNNER_VARIABLES[runner].keys.some((name) => agent.env[name] !== undefined)) return;
  for (const name of LOGIN_FILES[runner] ?? []) {
    const [from, to] = [join(personsHome, name), join(agent.home, name)];
    if ((await lstat(from).catch(() => undefined)) === undefined) continue;
    if ((await readlink(to).catch(() => undefined)) === from) continue;
    await symlink(from, await placeBelow(agent.home, name));
  }
}
