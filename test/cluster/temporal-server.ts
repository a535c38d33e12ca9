import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { until } from '../support/until.ts';
import { listens } from './postgresql.ts';
import type { ServerPrograms } from './programs.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
/** As in docker-compose.yml. It can't be changed once the database is made. */
const SHARDS = 512;
const SERVICES = ['frontend', 'matching', 'history', 'worker'] as const;

/** Where the server listens: its ports for calls, and for its services to find each other. */
export interface ServerPorts {
  readonly database: number;
  readonly calls: readonly [number, number, number, number];
  readonly membership: readonly [number, number, number, number];
}

/** The server's settings: as those of the image that docker-compose.yml runs, on loopback. */
const settings = ({ database, calls, membership }: ServerPorts) => {
  const sql = (databaseName: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${database}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: 'temporal',
      maxConns: 20,
      maxIdleConns: 20,
      maxConnLifetime: '1h',
    },
  });
  const service = (_: string, at: number) => ({
    rpc: { grpcPort: calls[at], membershipPort: membership[at], bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: SHARDS,
      datastores: { default: sql('temporal'), visibility: sql('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(SERVICES.map((name, at) => [name, service(name, at)])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${calls[0]}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: {
      filepath: path.join(REPOSITORY, 'docker/dynamic-config.yaml'),
      pollInterval: '10s',
    },
  };
};

/** Makes the schemas by the script that docker-compose.yml runs. */
export async function setUpSchemas({ sqlTool, schemas }: ServerPrograms, port: number): Promise<void> {
  await execa('sh', [path.join(REPOSITORY, 'docker/set-up-schema.sh')], {
    env: {
      TEMPORAL_SQL_TOOL: sqlTool,
      TEMPORAL_SCHEMAS: schemas,
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: String(port),
      POSTGRES_USER: 'temporal',
      SQL_PASSWORD: 'temporal',
    },
  });
}

/** Makes the namespace by the script that docker-compose.yml runs; waits for the server before. */
export async function setUpNamespace(cli: string, address: string, namespace: string): Promise<void> {
  await execa('sh', [path.join(REPOSITORY, 'docker/set-up-namespace.sh')], {
    env: {
      PATH: `${path.dirname(cli)}:${process.env.PATH ?? ''}`,
      TEMPORAL_ADDRESS: address,
      BATON_NAMESPACE: namespace,
      BATON_RETENTION: '30d',
    },
  });
}

export interface TemporalServer {
  readonly address: string;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** All four services in one process, on the database. Resolves when its port answers. */
export async function startTemporalServer(
  { server }: ServerPrograms,
  dir: string,
  ports: ServerPorts,
): Promise<TemporalServer> {
  await writeFile(path.join(dir, 'cluster.yaml'), stringify(settings(ports)));
  const child = execa(
    server,
    ['--root', '/', '--config', dir, '--env', 'cluster', '--allow-no-auth', 'start'],
    {
      reject: false,
      stdin: 'ignore',
      stdout: { file: path.join(dir, 'server.log') },
      stderr: { file: path.join(dir, 'server.log') },
    },
  );
  await until('the Temporal server listens', () => listens(ports.calls[0]));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await child;
  };
  return {
    address: `127.0.0.1:${ports.calls[0]}`,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
