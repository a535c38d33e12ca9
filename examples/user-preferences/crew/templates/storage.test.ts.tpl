import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { find{{type}}, save{{type}} } from '../../src/db/{{slug}}.ts';
import { {{camel}}Defaults, {{camel}}Schema, type {{type}}, merge{{type}} } from '../../src/domain/{{slug}}.ts';
import { signUp, testClient, testDatabase } from '../support/app.ts';

const example: {{type}} = {{example}};

let db: Database;
let user: string;

beforeAll(async () => {
  db = await testDatabase();
  user = (await signUp(await testClient())).id;
});

describe('{{title}} storage', () => {
  it('finds nothing for a user who never saved', async () => {
    expect(await find{{type}}(db, randomUUID())).toBeUndefined();
  });

  it('saves and finds them again', async () => {
    const saved = await save{{type}}(db, user, example, null);
    expect(saved).toMatchObject(example);
    expect(await find{{type}}(db, user)).toEqual(saved);
  });

  it('refuses a change that starts from a stale state', async () => {
    const before = await find{{type}}(db, user);
    const basis = before?.updated_at ?? null;
    const after = await save{{type}}(db, user, {{camel}}Defaults, basis);
    expect(after?.updated_at?.getTime()).toBeGreaterThan(basis?.getTime() ?? 0);
    expect(await save{{type}}(db, user, example, basis)).toBeUndefined();
    expect(await save{{type}}(db, user, example, null)).toBeUndefined();
    expect(await find{{type}}(db, user)).toEqual(after);
  });

  it('keeps what a change does not name', () => {
    expect(merge{{type}}(example, {{firstChange}})).toEqual({{exampleFirstChanged}});
    expect(merge{{type}}(example, {})).toEqual(example);
  });

  it('accepts its own defaults and no other value', () => {
    expect({{camel}}Schema.parse({{camel}}Defaults)).toEqual({{camel}}Defaults);
    expect({{camel}}Schema.safeParse({ ...example, ...{{wrong}} }).success).toBe(false);
  });
});
