import type { NewUser, User } from '../domain/user.ts';
import type { Database } from './client.ts';

/** Creates the user with a first token; undefined when the email is taken. */
export function insertUser(db: Database, user: NewUser, tokenDigest: string): Promise<User | undefined> {
  return db.tx(async (sql) => {
    const [created] = await sql<User[]>`
      INSERT INTO users (name, email, attributes)
      VALUES (${user.name}, ${user.email}, ${sql.json({ locale: user.locale })})
      ON CONFLICT (email) DO NOTHING
      RETURNING *`;
    if (created) await sql`INSERT INTO tokens (digest, user_id) VALUES (${tokenDigest}, ${created.id})`;
    return created;
  });
}

/** The user that a token belongs to. */
export function userByToken(db: Database, digest: string): Promise<User | undefined> {
  return db.tx(async (sql) => {
    const [user] = await sql<User[]>`
      SELECT users.* FROM users JOIN tokens ON tokens.user_id = users.id WHERE tokens.digest = ${digest}`;
    return user;
  });
}

/** One page of users in the order of their ids, those after `after`. */
export function listUsers(db: Database, limit: number, after: string): Promise<User[]> {
  return db.tx(
    async (sql) => sql<User[]>`SELECT * FROM users WHERE id > ${after} ORDER BY id LIMIT ${limit}`,
  );
}
