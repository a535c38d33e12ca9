import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { EmailTaken, UserRepository } from '../lib/repositories/user.ts';
import { mockDb } from './mock-db.ts';

const ada = { id: 'a', email: 'ada@example.com', name: 'Ada Lovelace' };

describe('UserRepository (mock DB)', () => {
  it('answers the row that the database answers', async () => {
    const users = new UserRepository(mockDb(ada));
    expect(await users.createUser({ ...ada, password_hash: 'x' })).toEqual(ada);
    expect(await users.getUserById('a')).toEqual(ada);
    expect(await users.getUserByEmail(ada.email)).toEqual(ada);
    expect(await users.updateUser('a', { name: 'Ada' })).toEqual(ada);
    expect(await users.deleteUser('a')).toBe(true);
  });

  it('answers nobody where there is no row', async () => {
    const users = new UserRepository(mockDb());
    expect(await users.getUserById('a')).toBeUndefined();
    expect(await users.getUserByEmail(ada.email)).toBeUndefined();
    expect(await users.updateUser('a', {})).toBeUndefined();
    expect(await users.getUserWithRoles('a')).toBeUndefined();
    expect(await users.deleteUser('a')).toBe(false);
  });

  it('keeps what is not named, and never puts a value into the text of a query', async () => {
    const db = mockDb(ada);
    await new UserRepository(db).updateUser("a'; DROP TABLE users", { name: 'Ada' });
    expect(db.values).toEqual(expect.arrayContaining([null, 'Ada', "a'; DROP TABLE users"]));
  });

  it('tells an email that is taken from other failures', async () => {
    const failing = (error: Error) => new UserRepository({ ...mockDb(), tx: () => Promise.reject(error) });
    const taken = Object.assign(new postgres.PostgresError('twice'), { code: '23505' });
    const user = { ...ada, password_hash: 'x' };
    await expect(failing(taken).createUser(user)).rejects.toThrow(EmailTaken);
    await expect(failing(new Error('no connection')).createUser(user)).rejects.toThrow('no connection');
  });
});
