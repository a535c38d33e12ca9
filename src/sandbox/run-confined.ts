import { argumentsOf, type CommandResult, type CommandToRun } from '../processes/command.ts';
import { runCommand } from '../processes/run-command.ts';
import type { Confined, Unconfined } from './sandbox.ts';

/** Makes a sandbox for one command, or says why there is none. */
export type Confine = () => Promise<Confined | Unconfined>;

/** Runs a command as `runCommand` does, in the sandbox that `confine` makes. Absent: in none. */
export async function runConfined(
  options: CommandToRun,
  confine: Confine | undefined,
): Promise<CommandResult & { readonly refused: readonly string[] }> {
  const confined = await confine?.();
  if (confined === undefined || 'without' in confined) return { ...(await runCommand(options)), refused: [] };
  const { command, env } = options;
  try {
    const result = await runCommand({
      ...options,
      command: [...confined.prefix, ...argumentsOf(command)],
      env: { ...env, ...confined.env },
    });
    return { ...result, refused: [...confined.refused] };
  } finally {
    await confined.dispose();
  }
}

/** As curl, git, npm, Node, Python and Go tell it. */
const NO_NETWORK =
  /could not resolve host|name resolution|network is unreachable|no such host|\b(?:ENOTFOUND|EAI_AGAIN|ENETUNREACH)\b/i;

/** What a command that failed may have met: for whoever reads its output. */
export const sandboxRemarks = (
  {
    exitCode,
    refused,
    tail,
  }: Pick<CommandResult, 'exitCode' | 'tail'> & { readonly refused: readonly string[] },
  setting: string,
): string[] => {
  if (exitCode === 0) return [];
  const names = `: \`network\` of ${setting} in baton.yaml names hosts`;
  const remarks: string[] = [];
  if (refused.length > 0) remarks.push(`the sandbox let it not reach ${refused.join(', ')}${names}`);
  else if (NO_NETWORK.test(tail))
    remarks.push(`the sandbox has no network but a loopback of its own${names}`);
  if (/read-only file system|\bEROFS\b/i.test(tail))
    remarks.push(
      'the sandbox lets it write in its tree and the temporary folder only; `sandbox.write` in baton.yaml names more',
    );
  return remarks;
};
