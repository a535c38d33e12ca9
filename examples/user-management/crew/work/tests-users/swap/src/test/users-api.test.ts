import { describe, expect, it } from 'vitest';
import { createTestUser } from './factories.ts';
import type { Client } from './helpers.ts';
import { setupTestDb } from './setup-test-db.ts';

const NOBODY = '/api/users/00000000-0000-4000-8000-000000000000';

/** Creates a user through the API; its path. */
async function created(client: Client, email: string): Promise<string> {
  const answer = await client.request('POST', '/api/users', { body: createTestUser({ email }) });
  expect(answer.status).toBe(201);
  return `/api/users/${answer.body.data.id}`;
}

describe('the API of users', () => {
  it(
    'lists exactly the users that were created, by page',
    setupTestDb(async (client) => {
      await created(client, 'first@example.com');
      await created(client, 'second@example.com');
      const { body } = await client.request('GET', '/api/users');
      expect(body.data.map((user: { email: string }) => user.email)).toEqual([
        'first@example.com',
        'second@example.com',
      ]);
      expect((await client.request('GET', '/api/users?page=3&limit=1')).body.data).toEqual([]);
    }),
  );

  it(
    'shows a created user',
    setupTestDb(async (client) => {
      const path = await created(client, 'shown@example.com');
      const { status, body } = await client.request('GET', path);
      expect([status, body.data.email]).toEqual([200, 'shown@example.com']);
    }),
  );

  it(
    'changes email and name',
    setupTestDb(async (client) => {
      const path = await created(client, 'before@example.com');
      await client.request('PATCH', path, { body: { email: 'after@example.com', name: 'Countess' } });
      const { body } = await client.request('GET', path);
      expect(body.data).toMatchObject({ email: 'after@example.com', name: 'Countess' });
    }),
  );

  it(
    'forgets a deleted user',
    setupTestDb(async (client) => {
      const path = await created(client, 'deleted@example.com');
      expect((await client.request('DELETE', path)).status).toBe(200);
      expect((await client.request('GET', path)).status).toBe(404);
    }),
  );

  it(
    'refuses a duplicate email, at creation and at a change',
    setupTestDb(async (client) => {
      const path = await created(client, 'one@example.com');
      await created(client, 'other@example.com');
      const body = createTestUser({ email: 'one@example.com' });
      const answers = [
        await client.request('POST', '/api/users', { body }),
        await client.request('PATCH', path, { body: { email: 'other@example.com' } }),
      ];
      expect(answers.map((answer) => answer.body.code)).toEqual(['email_taken', 'email_taken']);
    }),
  );

  it(
    'refuses invalid input',
    setupTestDb(async (client) => {
      const bad = [{ email: 'nowhere' }, { name: ' ' }, { password: 'short' }];
      for (const wrong of bad) {
        const answer = await client.request('POST', '/api/users', { body: createTestUser(wrong) });
        expect([answer.status, answer.body.code]).toEqual([400, 'invalid']);
      }
      expect((await client.request('GET', '/api/users?limit=0')).status).toBe(400);
    }),
  );

  it(
    'answers 404 for nobody and 401 to a stranger',
    setupTestDb(async (client) => {
      expect((await client.request('GET', NOBODY)).status).toBe(404);
      expect((await client.request('PATCH', NOBODY, { body: { name: 'X' } })).status).toBe(404);
      expect((await client.request('DELETE', NOBODY)).status).toBe(404);
      expect((await client.request('GET', NOBODY, { token: 'stranger' })).status).toBe(401);
    }),
  );
});
