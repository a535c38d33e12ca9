import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A worker in a process of its own, so that its processor time and memory are nobody else's. */
export interface WorkerProcess {
  readonly pid: number;
  /** Rejects when it ends without having been asked to. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** A worker forces its own shutdown after 25 s; one that takes this long hangs. */
const STOP_TIMEOUT_MS = 40_000;

/** From the sources in the folder, ready for work. Only `env` says where its server and its home are. */
export async function startWorkerProcess(
  checkout: string,
  env: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(BATON|TEMPORAL)_/.test(name));
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts'], {
    cwd: checkout,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  let said = '';
  const died = exited.then(() => {
    throw new Error(`the worker of ${checkout} ended:\n${said}`);
  });
  // Whoever runs something on it hears of it.
  died.catch(() => undefined);
  const ready = new Promise<void>((resolve) => {
    child.stderr.on('data', (piece: Buffer) => {
      said = (said + piece.toString()).slice(-10_000);
      process.stderr.write(piece);
      if (said.includes('worker on home')) resolve();
    });
  });
  await Promise.race([ready, died]);
  return {
    pid: child.pid ?? 0,
    died,
    stop: async () => {
      child.kill('SIGTERM');
      const hanging = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(hanging);
    },
  };
}
