import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a process. Whatever becomes of it and its streams, this process goes on: an error event that nobody listens to would
 * end it, and all that it runs.
 *
 * @throws what the system says if it can't be started
 */
export async function spawnChild(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const child = spawn(program, args, options);
  const spawned = once(child, 'spawn');
  child.on('error', () => {});
  // EPIPE of one that reads no more, EIO: who reads hears of it. Without open files left there are no streams.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {});
  await spawned;
  return child;
}

/** Whether this process, or the machine, has no open files left, which says nothing of what was to be started. */
export const isOutOfFiles = (error: unknown): boolean =>
  ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
