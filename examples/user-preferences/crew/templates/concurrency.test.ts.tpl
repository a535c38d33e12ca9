import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, signUp, testClient } from '../support/app.ts';

const path = (id: string) => `/api/v1/users/${id}/{{resource}}`;
const example = {{example}};

let client: Client;

beforeAll(async () => {
  client = await testClient();
});

describe('{{title}} under load', () => {
  it('lets one of two concurrent updates win and answers 409 to the other', async () => {
    const { id, token } = await signUp(client);
    const { body: saved } = await client.request('PUT', path(id), { token, body: { ...example, updated_at: null } });
    const changes = [{{firstChange}}, {{lastChange}}];
    const answers = await Promise.all(
      changes.map((change) =>
        client.request('PATCH', path(id), { token, body: { ...change, updated_at: saved.updated_at } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await client.request('GET', path(id), { token })).body).toEqual(winner?.body);
  });

  it('lets one of two first saves win', async () => {
    const { id, token } = await signUp(client);
    const body = { ...example, updated_at: null };
    const answers = await Promise.all([1, 2].map(() => client.request('PUT', path(id), { token, body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('respects the limit of requests for each user apart', async () => {
    const [ada, grace] = [await signUp(client), await signUp(client)];
    const answers = await Promise.all(
      Array.from({ length: {{requestsSent}} }, () => client.request('GET', path(ada.id), { token: ada.token })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength({{requestsSent}} - {{limit}});
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await client.request('GET', path(grace.id), { token: grace.token })).status).toBe(200);
  });
});
