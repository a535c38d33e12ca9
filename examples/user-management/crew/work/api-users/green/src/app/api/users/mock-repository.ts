import { randomUUID } from 'node:crypto';

interface MockUser {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  updated_at: Date;
}

/** Another user has this email already. */
export class EmailTaken extends Error {}

/** Stands in for the UserRepository of db-users until that is merged: the same methods, in memory. */
export class MockUserRepository {
  private readonly users = new Map<string, MockUser>();

  createUser({ email, name }: { email: string; name: string; password_hash: string }): MockUser {
    if (this.getUserByEmail(email)) throw new EmailTaken(email);
    const now = new Date();
    const user = { id: randomUUID(), email, name, created_at: now, updated_at: now };
    this.users.set(user.id, user);
    return user;
  }

  getUserById(id: string): MockUser | undefined {
    return this.users.get(id);
  }

  getUserByEmail(email: string): MockUser | undefined {
    return [...this.users.values()].find((user) => user.email === email);
  }

  listUsers(page: number, limit: number): MockUser[] {
    const sorted = [...this.users.values()].sort((a, b) => a.email.localeCompare(b.email));
    return sorted.slice((page - 1) * limit, page * limit);
  }

  updateUser(id: string, changes: { email?: string | undefined; name?: string | undefined }) {
    const user = this.users.get(id);
    const other = changes.email === undefined ? undefined : this.getUserByEmail(changes.email);
    if (other && other.id !== id) throw new EmailTaken(changes.email);
    if (user) Object.assign(user, changes, { updated_at: new Date() });
    return user;
  }

  deleteUser(id: string): boolean {
    return this.users.delete(id);
  }
}
