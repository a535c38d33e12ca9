import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Service, startService } from '../../src/service.ts';
import { openPage } from '../../tools/page-document.mjs';
import { migrations } from '../support/app.ts';

const example = {{example}};
/** The same, by the names of the page's controls. */
const settings: Record<string, string | boolean> = {{exampleControls}};

let services: Service[];

beforeAll(async () => {
  const config = { databaseUrl: inject('databaseUrl'), host: '127.0.0.1', port: 0, databaseConnections: 2 };
  const options = { config, migrations, log: () => {} };
  services = await Promise.all([startService(options), startService(options)]);
});
afterAll(() => Promise.all(services.map((service) => service.close())));

async function call(port: number | undefined, method: string, path: string, token?: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  return { status: response.status, body: (await response.json()) as any };
}

describe('{{title}}, from end to end', () => {
  it('follows a user from sign-up to a second device on another instance', async () => {
    const [one, other] = services.map((service) => service.port);
    const email = `${randomUUID()}@example.com`;
    const { body: user } = await call(one, 'POST', '/api/v1/users', undefined, { name: 'Ada', email, locale: 'fr-FR' });
    const path = `/api/v1/users/${user.id}/{{resource}}`;

    const { body: before } = await call(one, 'GET', path, user.token);
    expect(before.updated_at).toBeNull();
    const saved = await call(one, 'PUT', path, user.token, { ...example, updated_at: before.updated_at });
    expect(saved.status).toBe(200);

    const seen = await call(other, 'GET', path, user.token);
    expect(seen.body).toEqual(saved.body);
    const change = { ...{{firstChange}}, updated_at: seen.body.updated_at };
    expect((await call(other, 'PATCH', path, user.token, change)).status).toBe(200);
    expect((await call(one, 'PATCH', path, user.token, change)).status).toBe(409);
    expect((await call(one, 'GET', path, user.token)).body).toMatchObject({{exampleFirstChanged}});
  });

  it('has the page save what the API then answers', async () => {
    const [port] = services.map((service) => service.port);
    const email = `${randomUUID()}@example.com`;
    const { body: user } = await call(port, 'POST', '/api/v1/users', undefined, { name: 'Ada', email, locale: 'fr-FR' });
    const { document } = await openPage(`http://127.0.0.1:${port}{{pagePath}}`);
    const control = (name: string) => document.querySelector(`[name="${name}"]`) as HTMLInputElement;
    const says = (text: string) =>
      vi.waitFor(() => expect(document.querySelector('[role=status]')?.textContent).toBe(text));
    control('user').value = user.id;
    control('token').value = user.token;
    control('load').click();
    await says('Loaded.');

    for (const [name, value] of Object.entries(settings)) {
      if (typeof value === 'boolean') control(name).checked = value;
      else control(name).value = value;
    }
    (document.querySelector('form button:not([type])') as HTMLButtonElement).click();
    await says('Saved.');
    const { body: saved } = await call(port, 'GET', `/api/v1/users/${user.id}/{{resource}}`, user.token);
    expect(saved).toMatchObject(example);
  });
});
