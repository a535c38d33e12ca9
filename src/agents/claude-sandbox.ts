import { platform } from 'node:os';
import type { AgentConfig } from '../domain/crew-config.ts';
import { runCommand } from '../processes/run-command.ts';
import { RUNNER_VARIABLES } from './runner-variables.ts';

/** It takes some 10 ms; whatever takes so long hangs. */
const PROBE_TIMEOUT_MS = 5_000;

/** What Claude Code's sandbox is made of on Linux: bubblewrap with namespaces of its own, and socat for its proxy. */
const PROBE = [
  'bwrap',
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--unshare-pid', '--unshare-net', '--proc', '/proc'],
  ...['--', 'socat', '-V'],
];

/** Why Claude Code's own sandbox can't be used here, or undefined: by trying what it is made of. */
export async function claudeSandboxProblem(where: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<string | undefined> {
  if (platform() !== 'linux') return `it was never tried on ${platform()}`;
  try {
    const run = await runCommand({ command: PROBE, ...where, timeoutMs: PROBE_TIMEOUT_MS });
    await run.disposeLog();
    if (run.exitCode === 0) return undefined;
    return `bubblewrap with socat ended with ${run.exitCode}: ${run.tail.trim().split('\n').at(-1) ?? ''}`;
  } catch {
    return 'bubblewrap (bwrap) is not on PATH';
  }
}

/**
 * The options that switch it on where it works. Its commands then write in the worktree and their temporary folder
 * only, reach the network by nothing that the repository's settings don't allow, and don't see the keys.
 * Sandboxes are not put into each other: with a wrapper there are none. `--settings` of one's own stands instead.
 */
export async function claudeSandbox(
  { wrapper, args }: Pick<AgentConfig, 'wrapper'> & { readonly args: readonly string[] },
  where: Parameters<typeof claudeSandboxProblem>[0],
): Promise<string[]> {
  if (wrapper !== undefined || args.some((arg) => /^--settings(=|$)/.test(arg))) return [];
  if ((await claudeSandboxProblem(where)) !== undefined) return [];
  const sandbox = {
    enabled: true,
    autoAllowBashIfSandboxed: true,
    // Nobody is there to be asked whether a command may leave it.
    allowUnsandboxedCommands: false,
    credentials: { envVars: RUNNER_VARIABLES.claude.keys.map((name) => ({ name, mode: 'deny' })) },
  };
  return ['--settings', JSON.stringify({ sandbox })];
}
