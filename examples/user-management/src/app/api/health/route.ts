import type { Handler } from '../../handlers.ts';

/** Says whether the service can reach its database. */
export const GET: Handler = async (c, { db }) => {
  await db.tx((sql) => sql`SELECT 1`);
  return c.json({ data: { status: 'ok' } });
};
