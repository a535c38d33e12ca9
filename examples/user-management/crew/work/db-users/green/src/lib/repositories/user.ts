import postgres from 'postgres';
import type { Database } from '../../db/client.ts';
import { roleColumns } from '../../db/schema/roles.ts';
import { userColumns } from '../../db/schema/users.ts';
import type { NewUser, Role, User, UserChanges, UserWithRoles } from '../../types/user.ts';

const UNIQUE_VIOLATION = '23505';

/** Another user has this email already. */
export class EmailTaken extends Error {}

/** Users and their roles in the database. */
export class UserRepository {
  constructor(private readonly db: Database) {}

  /** @throws EmailTaken */
  createUser({ email, name, password_hash }: NewUser): Promise<User> {
    return unlessTaken(
      this.db.tx(async (sql) => {
        const [user] = await sql<[User]>`
          INSERT INTO users (email, name, password_hash) VALUES (${email}, ${name}, ${password_hash})
          RETURNING ${sql(userColumns)}`;
        return user;
      }),
    );
  }

  /** Undefined where there is none of that id. */
  getUserById(id: string): Promise<User | undefined> {
    return this.db.tx(async (sql) => {
      const [user] = await sql<User[]>`SELECT ${sql(userColumns)} FROM users WHERE id = ${id}`;
      return user;
    });
  }

  /** Undefined where nobody has that email. */
  getUserByEmail(email: string): Promise<User | undefined> {
    return this.db.tx(async (sql) => {
      const [user] = await sql<User[]>`SELECT ${sql(userColumns)} FROM users WHERE email = ${email}`;
      return user;
    });
  }

  /** One page, counted from 1, in the order of their emails. */
  listUsers(page: number, limit: number): Promise<User[]> {
    return this.db.tx(
      async (sql) => sql<User[]>`
        SELECT ${sql(userColumns)} FROM users ORDER BY email LIMIT ${limit} OFFSET ${(page - 1) * limit}`,
    );
  }

  /** The changed user; undefined where there is none of that id. @throws EmailTaken */
  updateUser(id: string, { email, name }: UserChanges): Promise<User | undefined> {
    return unlessTaken(
      this.db.tx(async (sql) => {
        const [user] = await sql<User[]>`
          UPDATE users
          SET email = COALESCE(${email ?? null}, email), name = COALESCE(${name ?? null}, name), updated_at = now()
          WHERE id = ${id} RETURNING ${sql(userColumns)}`;
        return user;
      }),
    );
  }

  /** Whether there was one of that id. */
  deleteUser(id: string): Promise<boolean> {
    return this.db.tx(async (sql) => (await sql`DELETE FROM users WHERE id = ${id}`).count > 0);
  }

  /** A user with all roles; undefined where there is none of that id. */
  getUserWithRoles(id: string): Promise<UserWithRoles | undefined> {
    return this.db.tx(async (sql) => {
      const [user] = await sql<User[]>`SELECT ${sql(userColumns)} FROM users WHERE id = ${id}`;
      if (!user) return undefined;
      const roles = await sql<Role[]>`
        SELECT ${sql(roleColumns)} FROM roles
        WHERE id IN (SELECT role_id FROM user_roles WHERE user_id = ${id}) ORDER BY name`;
      return { ...user, roles: [...roles] };
    });
  }

  /** Users that have the role of this name, in the order of their emails. */
  getUsersByRole(role: string): Promise<User[]> {
    return this.db.tx(
      async (sql) => sql<User[]>`
        SELECT ${sql(userColumns)} FROM users
        WHERE id IN (
          SELECT user_id FROM user_roles WHERE role_id IN (SELECT id FROM roles WHERE name = ${role})
        )
        ORDER BY email`,
    );
  }
}

async function unlessTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION)
      throw new EmailTaken('another user has this email', { cause: error });
    throw error;
  }
}
