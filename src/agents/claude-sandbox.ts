import { platform } from 'node:os';
import type { AgentConfig } from '../domain/crew-config.ts';
import { PROBE_PATIENCE_MS, tryBubblewrap } from '../sandbox/try-bubblewrap.ts';
import { RUNNER_VARIABLES } from './runner-variables.ts';

/** What Claude Code's sandbox is made of on Linux: bubblewrap with namespaces of its own, and socat for its proxy. */
const MADE_OF = [
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--unshare-pid', '--unshare-net', '--proc', '/proc'],
  '--',
];

/** Why Claude Code's own sandbox can't be used here, or undefined: by trying what it is made of. */
export async function claudeSandboxProblem(where: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<string | undefined> {
  if (platform() !== 'linux') return `it was never tried on ${platform()}`;
  const probe = await tryBubblewrap(MADE_OF, where);
  if (probe === undefined) return 'bubblewrap (bwrap) is not on PATH';
  if (probe.exitCode === 0) return undefined;
  if (probe.timedOut) return `bubblewrap with socat did not end in ${PROBE_PATIENCE_MS / 1000} s`;
  return `bubblewrap with socat ended with ${probe.exitCode}: ${probe.said}`;
}

/**
 * Why it isn't used, or undefined. Sandboxes are not put into each other: with a wrapper there is none. `--settings` of
 * one's own stands in place of Baton's.
 */
export async function noClaudeSandbox(
  { wrapper, args }: Pick<AgentConfig, 'wrapper'> & { readonly args: readonly string[] },
  where: Parameters<typeof claudeSandboxProblem>[0],
): Promise<string | undefined> {
  if (wrapper !== undefined) return `the wrapper is ${wrapper[0]}`;
  if (args.some((arg) => /^--settings(=|$)/.test(arg))) return 'as `--settings` in `args` has it';
  return await claudeSandboxProblem(where);
}

/**
 * The options that switch it on. Its commands then write in the worktree and their temporary folder only, reach the
 * network by nothing that the repository's settings don't allow, and don't see the keys.
 */
export const CLAUDE_SANDBOX: readonly string[] = [
  '--settings',
  JSON.stringify({
    sandbox: {
      enabled: true,
      // It was tried and works: where it breaks down all the same, nothing runs outside of it.
      failIfUnavailable: true,
      autoAllowBashIfSandboxed: true,
      // Nobody is there to be asked whether a command may leave it.
      allowUnsandboxedCommands: false,
      credentials: { envVars: RUNNER_VARIABLES.claude.keys.map((name) => ({ name, mode: 'deny' })) },
    },
  }),
];
