import { describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { withRollback } from '../../test/helpers.ts';
import { EmailTaken, UserRepository } from './user.ts';

const ada = { email: 'ada@example.com', name: 'Ada', password_hash: 'x' };
const grace = { email: 'grace@example.com', name: 'Grace', password_hash: 'y' };
const NOBODY = '00000000-0000-4000-8000-000000000000';

const columnsOf = (db: Database, table: string) =>
  db.tx(async (sql) => {
    const rows = await sql<{ name: string; type: string }[]>`
      SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_name = ${table} AND table_schema = 'public'`;
    return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
  });

const withRepository = (test: (users: UserRepository, db: Database) => Promise<void>) => () =>
  withRollback((db) => test(new UserRepository(db), db));

describe('the schema of users', () => {
  it(
    'has users with their columns',
    withRepository(async (_, db) => {
      expect(Object.keys(await columnsOf(db, 'users')).sort()).toEqual(
        ['id', 'email', 'name', 'password_hash', 'created_at', 'updated_at'].sort(),
      );
    }),
  );

  it(
    'has roles with their permissions as jsonb',
    withRepository(async (_, db) => {
      expect(await columnsOf(db, 'roles')).toMatchObject({ id: 'uuid', name: 'text', permissions: 'jsonb' });
    }),
  );

  it(
    'joins users and roles, and forgets a deleted user',
    withRepository(async (users, db) => {
      const user = await users.createUser(ada);
      await giveRole(db, user.id);
      await users.deleteUser(user.id);
      const [left] = await db.tx((sql) => sql<[{ n: number }]>`SELECT count(*)::int AS n FROM user_roles`);
      expect(left.n).toBe(0);
    }),
  );
});

describe('UserRepository', () => {
  it(
    'createUser returns the user without the hash',
    withRepository(async (users) => {
      const user = await users.createUser(ada);
      expect(user).toMatchObject({ email: ada.email, name: ada.name });
      expect(user).not.toHaveProperty('password_hash');
    }),
  );

  it(
    'createUser refuses an email that is taken',
    withRepository(async (users) => {
      await users.createUser(ada);
      await expect(users.createUser({ ...grace, email: ada.email })).rejects.toThrow(EmailTaken);
    }),
  );

  it(
    'getUserById finds a user, or nobody',
    withRepository(async (users) => {
      const user = await users.createUser(ada);
      expect([await users.getUserById(user.id), await users.getUserById(NOBODY)]).toEqual([user, undefined]);
    }),
  );

  it(
    'getUserByEmail finds a user, or nobody',
    withRepository(async (users) => {
      const user = await users.createUser(ada);
      expect(await users.getUserByEmail(ada.email)).toEqual(user);
      expect(await users.getUserByEmail(grace.email)).toBeUndefined();
    }),
  );

  it(
    'listUsers pages in the order of emails',
    withRepository(async (users) => {
      await users.createUser(grace);
      await users.createUser(ada);
      const pages = [await users.listUsers(1, 1), await users.listUsers(2, 1), await users.listUsers(3, 1)];
      expect(pages.map((page) => page.map(({ name }) => name))).toEqual([['Ada'], ['Grace'], []]);
    }),
  );

  it(
    'updateUser changes what is named and keeps the rest',
    withRepository(async (users) => {
      const { id } = await users.createUser(ada);
      expect(await users.updateUser(id, { name: 'Ada L.' })).toMatchObject({
        email: ada.email,
        name: 'Ada L.',
      });
      expect(await users.updateUser(NOBODY, { name: 'X' })).toBeUndefined();
    }),
  );

  it(
    'updateUser refuses an email that is taken',
    withRepository(async (users) => {
      await users.createUser(grace);
      const { id } = await users.createUser(ada);
      await expect(users.updateUser(id, { email: grace.email })).rejects.toThrow(EmailTaken);
    }),
  );

  it(
    'deleteUser says whether there was one',
    withRepository(async (users) => {
      const { id } = await users.createUser(ada);
      expect([await users.deleteUser(id), await users.deleteUser(id)]).toEqual([true, false]);
    }),
  );

  it(
    'getUserWithRoles and getUsersByRole follow the roles',
    withRepository(async (users, db) => {
      const { id } = await users.createUser(ada);
      await giveRole(db, id);
      const roles = [{ name: 'editor', permissions: ['tickets:read'] }];
      expect(await users.getUserWithRoles(id)).toMatchObject({ id, roles });
      expect(await users.getUserWithRoles(NOBODY)).toBeUndefined();
      expect((await users.getUsersByRole('editor')).map((user) => user.id)).toEqual([id]);
    }),
  );
});

const giveRole = (db: Database, user: string) =>
  db.tx(async (sql) => {
    const [role] = await sql<[{ id: string }]>`
      INSERT INTO roles (name, permissions) VALUES ('editor', ${sql.json(['tickets:read'])}) RETURNING id`;
    await sql`INSERT INTO user_roles (user_id, role_id) VALUES (${user}, ${role.id})`;
  });
