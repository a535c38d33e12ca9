import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, signUp, testClient } from '../support/app.ts';

const path = (id: string) => `/api/v1/users/${id}/{{resource}}`;
const example = {{example}};
const defaults = {{defaults}};

let client: Client;

beforeAll(async () => {
  client = await testClient();
});

describe('GET {{path}}', () => {
  it('answers the defaults to a user who never saved', async () => {
    const { id, token } = await signUp(client);
    const answer = await client.request('GET', path(id), { token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ user_id: id, ...defaults, updated_at: null });
    expect(answer.headers.get('content-language')).toBe('en');
  });

  it('answers 401 without a token', async () => {
    const { id } = await signUp(client);
    expect((await client.request('GET', path(id))).status).toBe(401);
  });

  it("answers 403 for another user's", async () => {
    const [ada, grace] = [await signUp(client), await signUp(client)];
    expect((await client.request('GET', path(ada.id), { token: grace.token })).status).toBe(403);
  });
//#if limiter

  it('answers 429 from the request after the limit on', async () => {
    const { id, token } = await signUp(client);
    const statuses = [];
    for (let n = 0; n <= {{limit}}; n++) statuses.push((await client.request('GET', path(id), { token })).status);
    expect(statuses.indexOf(429)).toBe({{limit}});
  });
//#endif
});

describe('PUT {{path}}', () => {
  it('saves all of them', async () => {
    const { id, token } = await signUp(client);
    const saved = await client.request('PUT', path(id), { token, body: { ...example, updated_at: null } });
    expect(saved.status).toBe(200);
    expect(saved.body).toMatchObject(example);
    const found = await client.request('GET', path(id), { token });
    expect(found.body).toEqual(saved.body);
  });

  it('answers 400 to a value that is not offered and to one that is missing', async () => {
    const { id, token } = await signUp(client);
    const wrong = { ...example, ...{{wrong}}, updated_at: null };
    const { {{firstField}}: _, ...incomplete } = example;
    for (const body of [wrong, { ...incomplete, updated_at: null }]) {
      const answer = await client.request('PUT', path(id), { token, body });
      expect([answer.status, answer.body.error.details.problems[0].path]).toEqual([400, '{{firstField}}']);
    }
  });

  it('answers 409 on a stale updated_at', async () => {
    const { id, token } = await signUp(client);
    const body = { ...example, updated_at: null };
    const { body: first } = await client.request('PUT', path(id), { token, body });
    const again = { ...example, updated_at: first.updated_at };
    expect((await client.request('PUT', path(id), { token, body: again })).status).toBe(200);
    const stale = await client.request('PUT', path(id), { token, body: again });
    expect([stale.status, stale.body.error.code]).toEqual([409, 'stale']);
  });
});
//#if patch

describe('PATCH {{path}}', () => {
  it('changes what it names and keeps the rest', async () => {
    const { id, token } = await signUp(client);
    const { body: saved } = await client.request('PUT', path(id), { token, body: { ...example, updated_at: null } });
    const body = { ...{{firstChange}}, updated_at: saved.updated_at };
    const answer = await client.request('PATCH', path(id), { token, body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({{exampleFirstChanged}});
  });
//#if createOnPatch

  it('creates them from the defaults for a user who never saved', async () => {
    const { id, token } = await signUp(client);
    const answer = await client.request('PATCH', path(id), { token, body: { ...{{exampleFirst}}, updated_at: null } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({{defaultsExampleFirst}});
  });
//#endif
//#if !createOnPatch

  it('answers 404 to a user who never saved', async () => {
    const { id, token } = await signUp(client);
    const answer = await client.request('PATCH', path(id), { token, body: { ...{{exampleFirst}}, updated_at: null } });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'never_saved']);
  });
//#endif

  it('answers 409 on a stale updated_at and 400 when there is nothing to change', async () => {
    const { id, token } = await signUp(client);
    const { body: saved } = await client.request('PUT', path(id), { token, body: { ...example, updated_at: null } });
    const stale = { ...{{firstChange}}, updated_at: '2020-01-01T00:00:00.000Z' };
    expect((await client.request('PATCH', path(id), { token, body: stale })).status).toBe(409);
    const nothing = { updated_at: saved.updated_at };
    expect((await client.request('PATCH', path(id), { token, body: nothing })).status).toBe(400);
  });
});
//#endif
