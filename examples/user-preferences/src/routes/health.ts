import type { Mount } from './index.ts';

/** Says whether the service can reach its database. */
export const health: Mount = (app, { db }) => {
  app.get('/health', async (c) => {
    await db.tx((sql) => sql`SELECT 1`);
    return c.json({ status: 'ok' });
  });
};
