import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';
import { listens, startPostgreSql } from './postgresql.ts';
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

/** PostgreSQL keeps the ports of the server's services as `smallint`; below are those that systems give away themselves. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 32_767;

/** Ports that nobody listened on a moment ago, all of them different. */
async function freePorts(count: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < count) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT + 1);
    if (!(await listens(port))) free.add(port);
  }
  return [...free];
}

export async function startCluster(say: (line: string) => void): Promise<Cluster> {
  const programs = await serverPrograms(say);
  const { path: cli } = await resolveTemporalCli({ progress: say });
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-cluster-'));
  // The database's user goes through it.
  await chmod(dir, 0o711);
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
