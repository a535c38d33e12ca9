import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createApp } from '../../src/app.ts';
import { connect, type Database } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';

export const migrations = join(import.meta.dirname, '../../migrations');

let opened: Promise<Database> | undefined;

/** The run's database, migrated. */
export function testDatabase(): Promise<Database> {
  opened ??= (async () => {
    const db = connect(inject('databaseUrl'), 4);
    await migrate(db, migrations);
    return db;
  })();
  return opened;
}

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
    options?: { token?: string; body?: unknown; raw?: string },
  ): Promise<Answer>;
}

/** The service over its real database, called without a network. */
export async function testClient(): Promise<Client> {
  const log: Record<string, unknown>[] = [];
  const app = createApp({ db: await testDatabase(), log: (entry) => log.push(entry) });
  return {
    log,
    async request(method, path, { token, body, raw } = {}) {
      const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.request(path, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(text !== undefined && { 'content-type': 'application/json' }),
        },
        ...(text !== undefined && { body: text }),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: await response.json().catch(() => null),
      };
    },
  };
}

/** A new user, signed up through the service. */
export async function signUp(client: Client, name = 'Ada'): Promise<{ id: string; token: string }> {
  const email = `${randomUUID()}@example.com`;
  const answer = await client.request('POST', '/api/v1/users', { body: { name, email, locale: 'en-GB' } });
  return { id: answer.body.id, token: answer.body.token };
}
