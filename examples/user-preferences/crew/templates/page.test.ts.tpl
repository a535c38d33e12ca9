import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Database } from '../../src/db/client.ts';

interface Property {
  enum?: string[];
  default?: string;
  properties?: Record<string, { default: boolean }>;
}
const description = JSON.parse(readFileSync('{{openapi}}', 'utf8'));
const { schema } = description.paths['{{openapiPath}}'].put.requestBody.content['application/json'];
const settings: [string, Property][] = Object.entries(schema.properties);

const noDatabase: Database = {
  tx: () => Promise.reject(new Error('the page asks no database')),
  close: () => Promise.resolve(),
};
const app = createApp({ db: noDatabase, log: () => {} });

async function open() {
  const response = await app.request('{{pagePath}}');
  const { status, headers } = response;
  return { status, type: headers.get('content-type'), policy: headers.get('content-security-policy'), html: await response.text() };
}

describe('GET {{pagePath}}', () => {
  it('answers a page to anyone', async () => {
    const { status, type, html } = await open();
    expect([status, type]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(html).toContain('<h1>{{heading}}</h1>');
  });

  it('offers every value of the API, with the defaults chosen', async () => {
    const { html } = await open();
    for (const [name, { enum: values = [], default: chosen, properties = {} }] of settings) {
      for (const value of values)
        expect(html).toContain(`<option value="${value}"${value === chosen ? ' selected' : ''}>`);
      for (const [key, { default: on }] of Object.entries(properties))
        expect(html).toContain(`name="${name}.${key}"${on ? ' checked' : ''}>`);
    }
  });

  it('allows no script and no style but its own', async () => {
    const { html, policy } = await open();
    for (const element of ['script', 'style']) {
      const text = new RegExp(`<${element}>(.*)</${element}>`, 's').exec(html)?.[1] ?? '';
      expect(policy).toContain(`${element}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(policy).toContain("default-src 'none'");
  });
});
