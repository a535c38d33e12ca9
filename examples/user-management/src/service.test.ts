import { describe, expect, inject, it } from 'vitest';
import { createApp } from './app/app.ts';
import { readConfig } from './config.ts';
import { startService } from './service.ts';
import { clientOf, migrations, testDatabase } from './test/helpers.ts';

describe('the service', () => {
  it('listens, answers over HTTP, and migrates once', async () => {
    const clients = { desk: 'a-token-of-the-desk' };
    const config = { databaseUrl: inject('databaseUrl'), clients, host: '127.0.0.1', port: 0 };
    await testDatabase();
    const applied: unknown[] = [];
    const service = await startService({ config, migrations, log: (entry) => applied.push(entry) });
    const response = await fetch(`http://127.0.0.1:${service.port}/api/health`);
    expect([response.status, await response.json()]).toEqual([200, { data: { status: 'ok' } }]);
    expect(applied).toEqual([]);
    await service.close();
  });

  it('answers an unexpected error without detail and logs it', async () => {
    const log: Record<string, unknown>[] = [];
    const db = { tx: () => Promise.reject(new Error('secret detail')), close: async () => {} };
    const response = await createApp({ db, log: (entry) => log.push(entry), clients: {} }).request(
      '/api/health',
    );
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(log[0]).toMatchObject({ event: 'error', path: '/api/health' });
  });

  it('answers an unknown path with 404 and an oversize body with 413', async () => {
    const client = clientOf(await testDatabase());
    expect(await client.request('GET', '/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const large = await client.request('POST', '/api/tickets', { raw: `"${'x'.repeat(20_000)}"` });
    expect([large.status, large.body.code]).toEqual([413, 'too_large']);
  });
});

describe('configuration', () => {
  it('fills in what is not said, and names what is missing and what is wrong', () => {
    const env = { DATABASE_URL: 'postgres://localhost/helpdesk', API_CLIENTS: '{"desk":"0123456789abcdef"}' };
    expect(readConfig(env)).toMatchObject({ host: '127.0.0.1', port: 0 });
    expect(() => readConfig({ API_CLIENTS: '{' })).toThrow(/DATABASE_URL[\s\S]*API_CLIENTS|API_CLIENTS/);
  });
});
