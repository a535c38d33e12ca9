import { describe, expect, it } from 'vitest';
import { type Client, clientOf, withRollback } from '../../../test/helpers.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const password = 'correct horse battery';

const onApi = (test: (client: Client) => Promise<void>) => () => withRollback((db) => test(clientOf(db)));

async function create(client: Client, email: string, name = 'Ada'): Promise<string> {
  const answer = await client.request('POST', '/api/users', { body: { email, name, password } });
  return answer.body.data.id;
}

describe('GET /api/users', () => {
  it(
    'lists users by page',
    onApi(async (client) => {
      for (const letter of ['a', 'b', 'c']) await create(client, `list-${letter}@example.com`);
      expect((await client.request('GET', '/api/users?page=1&limit=2')).body.data).toHaveLength(2);
      expect((await client.request('GET', '/api/users?page=2&limit=2')).body.data).not.toEqual([]);
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
    'shows a user, never the password',
    onApi(async (client) => {
      const id = await create(client, 'shown@example.com');
      const { body } = await client.request('GET', `/api/users/${id}`);
      expect(body.data).toMatchObject({ id, email: 'shown@example.com', name: 'Ada' });
      expect(JSON.stringify(body)).not.toContain('password');
    }),
  );

  it(
    'answers 404 for nobody and 400 for no id at all',
    onApi(async (client) => {
      const nobody = await client.request('GET', `/api/users/${NOBODY}`);
      expect([nobody.status, nobody.body.code]).toEqual([404, 'not_found']);
      expect((await client.request('GET', '/api/users/7')).status).toBe(400);
    }),
  );
});

describe('POST /api/users', () => {
  it(
    'answers the created user',
    onApi(async (client) => {
      const body = { email: 'created@example.com', name: 'Grace', password };
      const answer = await client.request('POST', '/api/users', { body });
      expect(answer.status).toBe(201);
      expect(answer.body.data).toMatchObject({ email: body.email, name: body.name });
    }),
  );

  it(
    'answers 400 that names what is wrong, and 409 to an email that is taken',
    onApi(async (client) => {
      const wrong = { email: 'nowhere', name: '', password: 'short', admin: true };
      const refused = await client.request('POST', '/api/users', { body: wrong });
      expect(refused.status).toBe(400);
      for (const field of ['email', 'name', 'password']) expect(refused.body.error).toContain(field);
      await create(client, 'twice@example.com');
      const body = { email: 'twice@example.com', name: 'Other', password };
      expect((await client.request('POST', '/api/users', { body })).status).toBe(409);
    }),
  );
});

describe('PATCH /api/users/:id', () => {
  it(
    'changes what it names and keeps the rest',
    onApi(async (client) => {
      const id = await create(client, 'changed@example.com');
      const answer = await client.request('PATCH', `/api/users/${id}`, { body: { name: 'Ada L.' } });
      expect(answer.status).toBe(200);
      expect(answer.body.data).toMatchObject({ id, email: 'changed@example.com', name: 'Ada L.' });
    }),
  );

  it(
    'answers 400 to nothing to change and 404 for nobody',
    onApi(async (client) => {
      const id = await create(client, 'unchanged@example.com');
      expect((await client.request('PATCH', `/api/users/${id}`, { body: {} })).status).toBe(400);
      const body = { name: 'X' };
      expect((await client.request('PATCH', `/api/users/${NOBODY}`, { body })).status).toBe(404);
    }),
  );
});

describe('DELETE /api/users/:id', () => {
  it(
    'deletes a user, once',
    onApi(async (client) => {
      const id = await create(client, 'deleted@example.com');
      expect((await client.request('DELETE', `/api/users/${id}`)).status).toBe(200);
      expect((await client.request('DELETE', `/api/users/${id}`)).status).toBe(404);
    }),
  );
});
