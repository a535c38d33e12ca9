import { chown, mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { until } from '../support/until.ts';

export interface PostgreSql {
  readonly port: number;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as its own user. */
async function owner(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await execa('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

/** Whether something listens on a port of the loopback. */
export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A new PostgreSQL in a folder, for the user `temporal` with any password, on loopback only. */
export async function startPostgreSql(dir: string, port: number): Promise<PostgreSql> {
  const data = path.join(dir, 'postgresql');
  await mkdir(data, { mode: 0o700 });
  const user = await owner();
  if (user !== undefined) await chown(data, user.uid, user.gid);
  const found = await execa('bash', [
    '-c',
    'command -v initdb || ls /usr/lib/postgresql/*/bin/initdb | tail -1',
  ]);
  const bin = path.dirname(found.stdout.trim());
  const options = { ...user, cwd: '/', env: { LC_ALL: 'C.UTF-8' } };
  await execa(path.join(bin, 'initdb'), ['-D', data, '-U', 'temporal', '-A', 'trust', '--no-sync'], options);
  // Durable on its own terms: `fsync` stays on, since servers are killed.
  const server = execa(
    path.join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    { ...options, reject: false, stdio: 'ignore' },
  );
  await until('PostgreSQL listens', () => listens(port));
  return {
    port,
    stop: async () => {
      // "Fast shutdown": ends connections, and writes everything down.
      server.kill('SIGINT');
      await server;
    },
  };
}
