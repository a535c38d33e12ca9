import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { localCliEnvironment } from './server-cli.ts';

interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
}

/** 5 s for the server to close its database, as its own shutdown takes about one; then it is killed. */
const watchdogScript = `
while read -r _; do :; done
kill -TERM "$1" 2>/dev/null || exit 0
i=0
while [ "$i" -lt 50 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; i=$((i + 1)); done
kill -KILL "$1" 2>/dev/null || exit 0
`;

/**
 * Starts the server in a session of its own, so that Ctrl-C in the terminal reaches Baton and not the server.
 * It ends when this process is gone for whatever reason, SIGKILL included.
 */
export async function spawnServer(
  executable: string,
  args: readonly string[],
  logFile: string,
  cwd: string,
): Promise<ServerProcess> {
  const log = await open(logFile, 'a');
  try {
    const child = spawn(executable, args, {
      cwd,
      detached: true,
      env: localCliEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
    });
    const exited = new Promise<ServerExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    // Resolves to undefined if it could not be started: the error event comes instead.
    await once(child, 'spawn');
    const pid = child.pid as number;
    watchOver(pid, exited);
    return { pid, exited };
  } finally {
    await log.close();
  }
}

/** A shell that waits for the end of a pipe which only this process holds, and then stops the server. */
function watchOver(pid: number, exited: Promise<ServerExit>): void {
  const watchdog: ChildProcess = spawn(
    'sh',
    ['-c', watchdogScript, 'baton-dev-server-watchdog', String(pid)],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  watchdog.once('error', () => undefined);
  watchdog.stdin?.once('error', () => undefined);
  watchdog.unref();
  void exited.then(() => watchdog.kill('SIGKILL'));
}
