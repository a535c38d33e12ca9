import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';
import { startPostgreSql } from './postgresql.ts';
import { serverPrograms } from './programs.ts';
import {
  type ServerPorts,
  setUpNamespace,
  setUpSchemas,
  startTemporalServer,
  type TemporalServer,
} from './temporal-server.ts';

/** Temporal's production server on PostgreSQL, with a namespace as docker-compose.yml makes it. */
export interface Cluster {
  readonly address: string;
  readonly namespace: string;
  /** SIGKILL of the server, and its start on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NAMESPACE = 'default';

/** Ports that nobody listened on a moment ago, all of them different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function startCluster(say: (line: string) => void): Promise<Cluster> {
  const programs = await serverPrograms(say);
  const { path: cli } = await resolveTemporalCli({ progress: say });
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-cluster-'));
  // The database's user goes through it.
  await chmod(dir, 0o755);
  const [database = 0, ...rest] = await freePorts(9);
  const ports = { database, calls: rest.slice(0, 4), membership: rest.slice(4) } as unknown as ServerPorts;
  const postgres = await startPostgreSql(dir, database);
  await setUpSchemas(programs, database);
  let server: TemporalServer = await startTemporalServer(programs, dir, ports);
  const { address } = server;
  await setUpNamespace(cli, address, NAMESPACE);
  return {
    address,
    namespace: NAMESPACE,
    restart: async () => {
      await server.kill();
      server = await startTemporalServer(programs, dir, ports);
    },
    stop: async () => {
      await server.stop();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
