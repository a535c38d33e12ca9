import { devNull } from 'node:os';
import { execa } from 'execa';
import { allowedEnvironment } from '../processes/environment.ts';
import { retentionDays } from './server-arguments.ts';

/** A command to a server on loopback answers in 60 ms; more than this is a server that does not answer. */
const commandTimeout = 10_000;

/** Whether the server at that address says that it serves. */
export async function isServing(executable: string, address: string): Promise<boolean> {
  const { exitCode, stdout } = await run(executable, ['operator', 'cluster', 'health', '--address', address]);
  return exitCode === 0 && stdout.includes('SERVING');
}

/**
 * Sets how long the namespace keeps closed workflows: the dev server makes namespaces that forget after a day.
 *
 * @throws with what the server said.
 */
export async function setRetention(executable: string, address: string, namespace: string): Promise<void> {
  const retention = ['--retention', `${retentionDays}d`];
  const command = [
    'operator',
    'namespace',
    'update',
    '--address',
    address,
    '--namespace',
    namespace,
    ...retention,
  ];
  const { exitCode, stderr } = await run(executable, command);
  if (exitCode === 0) return;
  throw new Error(
    `The namespace "${namespace}" at ${address} refused a retention of ${retentionDays} days: ${stderr.trim()}`,
  );
}

/**
 * The environment for a CLI that must talk to the local dev server only: the user's own connection settings
 * (another address, TLS, an API key) would be applied to it otherwise. Nor does it need any key of the worker's.
 */
export const localCliEnvironment = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv =>
  allowedEnvironment({ from: env, set: { TEMPORAL_CONFIG_FILE: devNull } });

async function run(executable: string, command: readonly string[]) {
  return await execa(executable, [...command, '--env-file', devNull], {
    env: localCliEnvironment(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: commandTimeout,
  });
}
