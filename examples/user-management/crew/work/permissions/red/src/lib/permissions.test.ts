import { expect, it } from 'vitest';
import { withRollback } from '../test/helpers.ts';
import { isPermitted } from './permissions.ts';
import { RoleRepository } from './repositories/role.ts';
import { UserRepository } from './repositories/user.ts';

it('admins may read and write users, members only read them, others neither', () =>
  withRollback(async (db) => {
    const users = new UserRepository(db);
    const permitted: Record<string, boolean[]> = {};
    for (const role of ['admin', 'member', 'none']) {
      const { id } = await users.createUser({ email: `${role}@example.com`, name: role, password_hash: 'x' });
      expect(await new RoleRepository(db).assignRole(id, role)).toBe(role !== 'none');
      const user = await users.getUserWithRoles(id);
      if (!user) throw new Error('it was just created');
      permitted[role] = [isPermitted(user, 'users:read'), isPermitted(user, 'users:write')];
    }
    expect(permitted).toEqual({ admin: [true, true], member: [true, false], none: [false, false] });
  }));

it('a role can be given twice and counts once', () =>
  withRollback(async (db) => {
    const users = new UserRepository(db);
    const { id } = await users.createUser({ email: 'twice@example.com', name: 'T', password_hash: 'x' });
    const roles = new RoleRepository(db);
    expect([await roles.assignRole(id, 'member'), await roles.assignRole(id, 'member')]).toEqual([
      true,
      true,
    ]);
    expect((await users.getUserWithRoles(id))?.roles.map(({ name }) => name)).toEqual(['member']);
  }));
