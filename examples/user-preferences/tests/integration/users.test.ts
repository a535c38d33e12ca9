import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, signUp, testClient } from '../support/app.ts';

let client: Client;
let ada: { id: string; token: string };

beforeAll(async () => {
  client = await testClient();
  ada = await signUp(client);
});

describe('POST /api/v1/users', () => {
  it('signs a user up and shows the token once', async () => {
    const email = `${randomUUID()}@example.com`;
    const answer = await client.request('POST', '/api/v1/users', { body: { name: 'Grace', email } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ name: 'Grace', email, locale: 'en' });
    expect(answer.body.token).toMatch(/^acc_/);
  });

  it('answers 409 when the email has an account', async () => {
    const body = { name: 'Grace', email: `${randomUUID()}@example.com` };
    await client.request('POST', '/api/v1/users', { body });
    const answer = await client.request('POST', '/api/v1/users', { body });
    expect(answer.status).toBe(409);
    expect(answer.body.error.code).toBe('email_taken');
  });

  it('lists every problem of a body', async () => {
    const answer = await client.request('POST', '/api/v1/users', {
      body: { name: ' ', email: 'x', admin: true },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.problems.map((p: { path: string }) => p.path).sort()).toEqual([
      '',
      'email',
      'name',
    ]);
  });

  it('answers 400 to what is not JSON', async () => {
    const answer = await client.request('POST', '/api/v1/users', { raw: '{' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'malformed']);
  });

  it('answers 413 to an oversize body', async () => {
    const answer = await client.request('POST', '/api/v1/users', { raw: `"${'x'.repeat(20_000)}"` });
    expect([answer.status, answer.body.error.code]).toEqual([413, 'too_large']);
  });
});

describe('GET /api/v1/users', () => {
  it('pages through all users without a repetition', async () => {
    for (let n = 0; n < 4; n++) await signUp(client, `User ${n}`);
    const seen: string[] = [];
    let after = '';
    do {
      const path = `/api/v1/users?limit=3${after && `&after=${after}`}`;
      const { body } = await client.request('GET', path, { token: ada.token });
      seen.push(...body.users.map((user: { id: string }) => user.id));
      after = body.next;
    } while (after);
    expect(seen).toContain(ada.id);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('shows no private data', async () => {
    const { body } = await client.request('GET', '/api/v1/users?limit=1', { token: ada.token });
    expect(Object.keys(body.users[0]).sort()).toEqual(['created_at', 'id', 'name']);
  });

  it('answers 400 to a limit out of range', async () => {
    const answer = await client.request('GET', '/api/v1/users?limit=1000', { token: ada.token });
    expect(answer.status).toBe(400);
  });
});

describe('GET /api/v1/users/:id', () => {
  it('shows a user their own account', async () => {
    const answer = await client.request('GET', `/api/v1/users/${ada.id}`, { token: ada.token });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: ada.id, name: 'Ada', locale: 'en-GB' });
  });

  it('answers 401 without a valid token', async () => {
    const path = `/api/v1/users/${ada.id}`;
    expect((await client.request('GET', path)).status).toBe(401);
    const answer = await client.request('GET', path, { token: 'acc_nobody' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it("answers 403 for another user's account and 400 for no id at all", async () => {
    const grace = await signUp(client, 'Grace');
    expect((await client.request('GET', `/api/v1/users/${ada.id}`, { token: grace.token })).status).toBe(403);
    expect((await client.request('GET', '/api/v1/users/7', { token: grace.token })).status).toBe(400);
  });
});
