import { describe, expect, it } from 'vitest';
import { RoleRepository } from '../lib/repositories/role.ts';
import { UserRepository } from '../lib/repositories/user.ts';
import { type Client, clientOf, withRollback } from '../test/helpers.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Statuses of reading and of deleting a user, on behalf of a user with this role. */
async function asks(client: Client, acting: string | undefined, target: string) {
  const headers: Record<string, string> = acting === undefined ? {} : { 'X-Acting-User': acting };
  const read = await client.request('GET', `/api/users/${target}`, { headers });
  const list = await client.request('GET', '/api/users', { headers });
  const deleted = await client.request('DELETE', `/api/users/${target}`, { headers });
  return [read.status, list.status, deleted.status];
}

describe('requests on behalf of a user', () => {
  it('may do what the roles of that user permit', () =>
    withRollback(async (db) => {
      const users = new UserRepository(db);
      const make = (name: string) =>
        users.createUser({ email: `${name}@example.com`, name, password_hash: 'x' });
      const [admin, member, guest, target] = [
        await make('admin'),
        await make('member'),
        await make('guest'),
        await make('target'),
      ];
      await new RoleRepository(db).assignRole(admin.id, 'admin');
      await new RoleRepository(db).assignRole(member.id, 'member');
      const client = clientOf(db);
      expect(await asks(client, guest.id, target.id)).toEqual([403, 403, 403]);
      expect(await asks(client, NOBODY, target.id)).toEqual([403, 403, 403]);
      expect(await asks(client, 'nobody', target.id)).toEqual([403, 403, 403]);
      expect(await asks(client, member.id, target.id)).toEqual([200, 200, 403]);
      expect(await asks(client, admin.id, target.id)).toEqual([200, 200, 200]);
    }));

  it('are no different for a client that asks for itself', () =>
    withRollback(async (db) => {
      const user = { email: 'target@example.com', name: 'Target', password_hash: 'x' };
      const { id } = await new UserRepository(db).createUser(user);
      expect(await asks(clientOf(db), undefined, id)).toEqual([200, 200, 200]);
    }));
});
