import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './client.ts';

/** Any number, the same in every version of the service: it names the lock that migrations take. */
const MIGRATION_LOCK = 4_207_001;

/**
 * Applies the pending `*.sql` files of `directory` in the order of their names and returns those applied.
 * One transaction holds the lock and all of it, so of two versions that start together one waits for the
 * other, and a failing file leaves nothing behind.
 */
export async function migrate(db: Database, directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  return db.tx(async (sql) => {
    await sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    await sql.unsafe(
      'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())',
    );
    const rows = await sql<{ name: string }[]>`SELECT name FROM migrations`;
    const done = new Set(rows.map((row) => row.name));
    const pending = files.filter((file) => !done.has(file));
    for (const file of pending) {
      await sql.unsafe(await readFile(join(directory, file), 'utf8'));
      await sql`INSERT INTO migrations (name) VALUES (${file})`;
    }
    return pending;
  });
}
