import { describe, expect, it } from 'vitest';
import { mockUsers } from './mock-users.ts';

const ada = { email: 'ada@example.com', name: 'Ada Lovelace', password_hash: 'x' };
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('the user repository (mock)', () => {
  it('finds a created user by id and by email', async () => {
    const users = mockUsers();
    const user = await users.createUser(ada);
    expect(await users.getUserById(user.id)).toEqual(user);
    expect(await users.getUserByEmail(ada.email)).toEqual(user);
  });

  it('refuses an email twice', async () => {
    const users = mockUsers();
    await users.createUser(ada);
    await expect(users.createUser(ada)).rejects.toThrow('another user has this email');
  });

  it('finds, changes and deletes nobody where there is nobody', async () => {
    const users = mockUsers();
    expect(await users.getUserById(NOBODY)).toBeUndefined();
    expect(await users.getUserByEmail('nobody@example.com')).toBeUndefined();
    expect(await users.updateUser(NOBODY, { name: 'X' })).toBeUndefined();
    expect(await users.deleteUser(NOBODY)).toBe(false);
  });

  it('changes what is named', async () => {
    const users = mockUsers();
    const { id } = await users.createUser(ada);
    expect(await users.updateUser(id, { name: 'Ada' })).toMatchObject({ email: ada.email, name: 'Ada' });
  });

  it('forgets a deleted user', async () => {
    const users = mockUsers();
    const { id } = await users.createUser(ada);
    expect([await users.deleteUser(id), await users.getUserById(id)]).toEqual([true, undefined]);
  });
});
