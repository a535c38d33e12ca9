import { randomUUID } from 'node:crypto';
import type { NewUser, User, Users } from './contract.ts';

/** The user repository with a store in memory instead of a database. */
export function mockUsers(): Users {
  const store = new Map<string, User>();
  const byEmail = (email: string) => [...store.values()].find((user) => user.email === email);
  return {
    async createUser({ email, name }: NewUser) {
      if (byEmail(email)) throw new Error('another user has this email');
      const user = { id: randomUUID(), email, name };
      store.set(user.id, user);
      return user;
    },
    getUserById: async (id) => store.get(id),
    getUserByEmail: async (email) => byEmail(email),
    async updateUser(id, changes) {
      const user = store.get(id);
      if (!user) return undefined;
      const changed = { ...user, ...changes };
      store.set(id, changed);
      return changed;
    },
    deleteUser: async (id) => store.delete(id),
  };
}
