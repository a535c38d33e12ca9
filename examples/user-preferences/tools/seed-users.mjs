import { createHash, randomBytes, randomUUID } from 'node:crypto';
import postgres from 'postgres';

/** `count` users with a token each; `attributes(n)` gives what is known about the n-th. */
export function makeUsers(count, attributes) {
  return Array.from({ length: count }, (_, n) => ({
    id: randomUUID(),
    token: `acc_${randomBytes(24).toString('base64url')}`,
    name: `User ${n}`,
    attributes: attributes(n),
  }));
}

/** Writes users and their tokens into a migrated database. */
export async function insertUsers(url, users) {
  const sql = postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice: () => {} });
  const rows = users.map((user) => ({
    ...user,
    email: `${user.id}@example.com`,
    digest: createHash('sha256').update(user.token).digest('hex'),
  }));
  await sql.begin(async (tx) => {
    await tx`
      INSERT INTO users (id, name, email, attributes)
      SELECT id::uuid, name, email, attributes
      FROM jsonb_to_recordset(${tx.json(rows)}) AS r (id TEXT, name TEXT, email TEXT, attributes JSONB)`;
    await tx`
      INSERT INTO tokens (digest, user_id)
      SELECT digest, id::uuid FROM jsonb_to_recordset(${tx.json(rows)}) AS r (id TEXT, digest TEXT)`;
  });
  await sql.end();
}
