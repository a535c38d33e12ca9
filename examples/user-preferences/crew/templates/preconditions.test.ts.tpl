import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { type Client, signUp, testClient, testDatabase } from '../support/app.ts';

const example = {{example}};
const NEVER = '"never"';

let client: Client;

beforeAll(async () => {
  client = await testClient();
});

async function send(
  method: string,
  user: { id: string; token: string },
  headers: Record<string, string>,
  body?: unknown,
) {
  const app = createApp({ db: await testDatabase(), log: () => {} });
  return app.request(`/api/v1/users/${user.id}/{{resource}}`, {
    method,
    headers: { authorization: `Bearer ${user.token}`, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe('conditional requests for {{title}}', () => {
  it('answers 304 to who has the state already', async () => {
    const user = await signUp(client);
    expect((await send('GET', user, { 'if-none-match': NEVER })).status).toBe(304);
    expect((await send('GET', user, { 'if-none-match': '*' })).status).toBe(200);
    const etag = (await send('PUT', user, { 'if-match': NEVER }, example)).headers.get('etag') ?? '';
    expect((await send('GET', user, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    expect((await send('GET', user, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await send('GET', user, { 'if-none-match': '*' })).status).toBe(304);
  });

  it('takes the state that a change starts from out of If-Match', async () => {
    const user = await signUp(client);
    const saved = await send('PUT', user, { 'if-match': NEVER }, example);
    expect(saved.status).toBe(200);
    const etag = saved.headers.get('etag') ?? '';
    expect((await send('PATCH', user, { 'if-match': etag }, {{firstChange}})).status).toBe(200);
    expect((await send('PATCH', user, { 'if-match': etag }, {{lastChange}})).status).toBe(409);
  });

  it('answers 428 when a change says no state that it starts from', async () => {
    const answer = await send('PUT', await signUp(client), {}, example);
    expect(answer.status).toBe(428);
  });

  it.each([
    ['names several states', '"a", "b"', {}],
    ['names a state that was never given out', '"yesterday"', {}],
    ['names another state than the body', NEVER, { updated_at: '2020-01-01T00:00:00.000Z' }],
  ])('answers 400 when If-Match %s', async (_what, header, basis) => {
    const answer = await send('PUT', await signUp(client), { 'if-match': header }, { ...example, ...basis });
    expect(answer.status).toBe(400);
  });

  it('accepts the same state in If-Match and in the body', async () => {
    const answer = await send('PUT', await signUp(client), { 'if-match': NEVER }, { ...example, updated_at: null });
    expect(answer.status).toBe(200);
  });
});
