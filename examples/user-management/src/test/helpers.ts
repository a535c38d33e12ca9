import { join } from 'node:path';
import { inject } from 'vitest';
import { createApp } from '../app/app.ts';
import { connect, type Database } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';

export const migrations = join(import.meta.dirname, '../db/migrations');

let opened: Promise<Database> | undefined;

/** The run's database, migrated. What is written to it stays, for all tests after this one. */
export function testDatabase(): Promise<Database> {
  opened ??= (async () => {
    const db = connect(inject('databaseUrl'), 4);
    await migrate(db, migrations);
    return db;
  })();
  return opened;
}

/** Thrown to roll a test's transaction back. */
const DONE = new Error('the test is done');

/** Runs a test in a transaction of its own, which is rolled back at its end: it leaves nothing behind. */
export async function withRollback(test: (db: Database) => Promise<void>): Promise<void> {
  const db = await testDatabase();
  const rolledBack = db.tx(async (outer) => {
    await test({ tx: (work) => outer.savepoint(work) as ReturnType<typeof work>, close: async () => {} });
    throw DONE;
  });
  await rolledBack.catch((error: unknown) => {
    if (error !== DONE) throw error;
  });
}

/** The token of the client that tests call the service as. */
export const TOKEN = 'token-of-the-test-client';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  body: any;
}

export interface Client {
  log: Record<string, unknown>[];
  request(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; raw?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
}

/** The service over this database, called without a network. */
export function clientOf(db: Database): Client {
  const log: Record<string, unknown>[] = [];
  const app = createApp({ db, log: (entry) => log.push(entry), clients: { desk: TOKEN } });
  return {
    log,
    async request(method, path, { token = TOKEN, body, raw, headers = {} } = {}) {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.request(path, {
        method,
        headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
        ...(text !== undefined && { body: text }),
      });
      const { status } = response;
      return { status, headers: response.headers, body: await response.json().catch(() => null) };
    },
  };
}
