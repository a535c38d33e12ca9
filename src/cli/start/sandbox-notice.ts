import type { Config } from '../../domain/config.ts';
import { agentsOf } from '../../domain/crew-config.ts';
import type { SandboxMode } from '../../domain/sandbox-config.ts';
import { sandboxProblem } from '../../sandbox/probe.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import { configuredServer } from '../server/connection-settings.ts';

/** Every wish for a sandbox that baton.yaml has: the general one, and those of roles, checks and gates. */
const wishes = ({ sandbox, crew, checks, gates }: Config): SandboxMode[] => [
  sandbox.use,
  ...[
    ...Object.values(crew).flatMap(agentsOf),
    ...(Object.values(checks) as { sandbox?: SandboxMode | undefined }[]),
    ...Object.values(gates),
  ].flatMap((each) => each?.sandbox ?? []),
];

/**
 * Says in one line that this machine can make no sandbox, where the worker runs on it. A worker that is reached over a
 * server elsewhere says so itself, in the report.
 * @throws CommandError where baton.yaml requires one
 */
export async function noticeSandbox(config: Config, tried = sandboxProblem): Promise<void> {
  const wished = wishes(config);
  if (configuredServer() !== undefined || wished.every((wish) => wish === 'off')) return;
  const off = process.env.BATON_WORKER_SANDBOX === 'off';
  const problem = off ? 'BATON_WORKER_SANDBOX is off' : await tried();
  if (problem === undefined) return;
  if (wished.includes('required'))
    throw new CommandError(`baton.yaml requires a sandbox, and this machine can't make one: ${problem}.`);
  if (!off) say(`Agents and their code will run as your user, without a sandbox: ${problem}.`);
}
