import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app/app.ts';
import type { Config } from './config.ts';
import { connect } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import type { Log } from './log.ts';

const CONNECTIONS = 4;

export interface Service {
  port: number;
  close(): Promise<void>;
}

/** Migrates the database, then listens. The returned `close` lets requests that are under way finish. */
export async function startService(options: {
  config: Config;
  migrations: string;
  log: Log;
}): Promise<Service> {
  const { config, log } = options;
  const db = connect(config.databaseUrl, CONNECTIONS);
  const applied = await migrate(db, options.migrations);
  if (applied.length > 0) log({ event: 'migrated', applied });

  const app = createApp({ db, log, clients: config.clients });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(config.port, config.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), 2_000);
      await once(server, 'close');
      clearTimeout(grace);
      await db.close();
    },
  };
}
