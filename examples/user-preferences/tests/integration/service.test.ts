import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { connect } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startService } from '../../src/service.ts';
import { migrations, testDatabase } from '../support/app.ts';

const config = () => ({
  databaseUrl: inject('databaseUrl'),
  host: '127.0.0.1',
  port: 0,
  databaseConnections: 2,
});

describe('the running service', () => {
  it('listens, answers over HTTP and lets two versions start together on one database', async () => {
    const options = { config: config(), migrations, log: () => {} };
    const services = await Promise.all([startService(options), startService(options)]);
    for (const { port } of services) {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
    await Promise.all(services.map((service) => service.close()));
  });

  it('keeps answers of many connections at once apart', async () => {
    const db = await testDatabase();
    const other = connect(inject('databaseUrl'), 4);
    const values = Array.from({ length: 60 }, (_, n) => n);
    const found = await Promise.all(
      values.map((n) => (n % 2 ? db : other).tx((sql) => sql<{ n: number }[]>`SELECT ${n}::int AS n`)),
    );
    expect(found.map(([row]) => row?.n)).toEqual(values);
    await other.close();
  });

  it('answers an unexpected error without detail and logs it', async () => {
    const log: Record<string, unknown>[] = [];
    const db = { tx: () => Promise.reject(new Error('secret detail')), close: async () => {} };
    const response = await createApp({ db, log: (entry) => log.push(entry) }).request('/health');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(log[0]).toMatchObject({ event: 'error', path: '/health' });
  });

  it('answers an unknown path with a structured 404', async () => {
    const response = await createApp({ db: await testDatabase(), log: () => {} }).request('/nothing');
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });
});

describe('migrations', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('applies each file once and nothing of a failing one', async () => {
    const db = await testDatabase();
    await writeFile(join(directory, '9001-good.sql'), 'CREATE TABLE probe_good (id INT)');
    expect(await migrate(db, directory)).toEqual(['9001-good.sql']);
    expect(await migrate(db, directory)).toEqual([]);
    await writeFile(join(directory, '9002-bad.sql'), 'CREATE TABLE probe_bad (id INT); SELECT nonsense');
    await expect(migrate(db, directory)).rejects.toThrow(/nonsense/);
    const [row] = await db.tx((sql) => sql`SELECT to_regclass('probe_bad') AS found`);
    expect(row?.found).toBeNull();
  });
});
