import { describe, expect, it } from 'vitest';
import { clientOf, withRollback } from '../../../test/helpers.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('/api/tickets', () => {
  it('opens, shows, lists and solves a ticket', () =>
    withRollback(async (db) => {
      const client = clientOf(db);
      const opened = await client.request('POST', '/api/tickets', { body: { subject: 'No light' } });
      expect(opened.status).toBe(201);
      expect(opened.body.data).toMatchObject({ subject: 'No light', status: 'open', client: 'desk' });
      const path = `/api/tickets/${opened.body.data.id}`;
      expect((await client.request('GET', path)).body).toEqual(opened.body);
      expect((await client.request('GET', '/api/tickets?limit=1')).body.data).toHaveLength(1);
      const solved = await client.request('PATCH', path, { body: { status: 'solved' } });
      expect(solved.body.data.status).toBe('solved');
    }));

  it('answers 400, 401 and 404 in one shape', () =>
    withRollback(async (db) => {
      const client = clientOf(db);
      const answers = [
        await client.request('POST', '/api/tickets', { body: { subject: ' ' } }),
        await client.request('POST', '/api/tickets', { raw: '{' }),
        await client.request('GET', '/api/tickets', { token: 'nobody' }),
        await client.request('GET', `/api/tickets/${NOBODY}`),
        await client.request('PATCH', `/api/tickets/${NOBODY}`, { body: { status: 'solved' } }),
        await client.request('GET', '/api/tickets/seven'),
      ];
      expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
        '400 invalid',
        '400 malformed',
        '401 unauthenticated',
        '404 not_found',
        '404 not_found',
        '400 invalid',
      ]);
      expect(answers[0]?.body.error).toMatch(/subject/);
    }));
});
