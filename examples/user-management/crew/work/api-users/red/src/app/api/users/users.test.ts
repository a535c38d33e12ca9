import { describe, expect, it } from 'vitest';
import { type Client, clientOf, withRollback } from '../../../test/helpers.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

const onApi = (test: (client: Client) => Promise<void>) => () => withRollback((db) => test(clientOf(db)));

describe('GET /api/users', () => {
  it(
    'lists users by page',
    onApi(async (client) => {
      const answer = await client.request('GET', '/api/users?page=1&limit=2');
      expect(answer.status).toBe(200);
      expect(answer.body.data).toBeInstanceOf(Array);
    }),
  );

  it(
    'answers 400 to a page that is none, and 401 without a token',
    onApi(async (client) => {
      expect((await client.request('GET', '/api/users?page=0')).status).toBe(400);
      expect((await client.request('GET', '/api/users', { token: '' })).status).toBe(401);
    }),
  );
});

describe('GET /api/users/:id', () => {
  it(
    'answers 404 for nobody and 400 for no id at all',
    onApi(async (client) => {
      const nobody = await client.request('GET', `/api/users/${NOBODY}`);
      expect([nobody.status, nobody.body.code]).toEqual([404, 'not_found']);
      expect((await client.request('GET', '/api/users/7')).status).toBe(400);
    }),
  );
});
