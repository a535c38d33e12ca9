import { stat } from 'node:fs/promises';
import type { Home } from '../homes/home.ts';
import { servicesLeft } from '../homes/service-files.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { runCommand } from '../processes/run-command.ts';
import { homeMark } from './check-environment.ts';

/** As long as a worker that lives waits for it. */
const STOP_MS = 30_000;

/**
 * Runs the `stop` of services that a killed worker left: containers and their like are no children of its, so nothing
 * else ends them.
 *
 * @returns a line for each that could not be stopped
 */
export async function stopLeftServices({ id, paths }: Pick<Home, 'id' | 'paths'>): Promise<string[]> {
  const problems: string[] = [];
  for (const { note, forget } of await servicesLeft(paths)) {
    const isThere = await stat(note.cwd).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const problem = isThere ? await stopped(note, id) : `its tree ${note.cwd} is gone`;
    if (problem !== undefined)
      problems.push(`${note.setting}, which a former worker left, could not be stopped: ${problem}`);
    await forget();
  }
  return problems;
}

async function stopped(
  { stop, cwd, env }: { stop: string; cwd: string; env: Record<string, string> },
  home: string,
): Promise<string | undefined> {
  const result = await runCommand({
    command: stop,
    cwd,
    env: allowedEnvironment({ set: { CI: 'true', ...homeMark(home), ...env } }),
    timeoutMs: STOP_MS,
  });
  await result.disposeLog();
  if (result.exitCode === 0) return undefined;
  return `\`${stop}\` ${result.timedOut ? 'did not end in 30 s' : `ended with exit code ${result.exitCode}`}. ${result.tail.slice(-500)}`;
}
