import { {{camel}}Defaults, type Saved{{type}}, type {{type}} } from '../domain/{{slug}}.ts';
import type { Database } from './client.ts';

interface Row {
  preferences: Partial<{{type}}>;
  updated_at: Date;
}

// A row that an older version wrote may lack what was added since.
const saved = (row: Row): Saved{{type}} => ({
  ...{{camel}}Defaults,
  ...row.preferences,
  updated_at: row.updated_at,
});

/** The {{title}} of a user; undefined when there were never any saved. */
export function find{{type}}(db: Database, userId: string): Promise<Saved{{type}} | undefined> {
  return db.tx(async (sql) => {
    const [row] = await sql<Row[]>`
      SELECT preferences, updated_at FROM {{table}} WHERE user_id = ${userId}`;
    return row && saved(row);
  });
}

/**
 * Saves a user's {{title}} if nobody did since `basis`, the `updated_at` that the change starts from (null:
 * never saved). Undefined when somebody did.
 */
export function save{{type}}(
  db: Database,
  userId: string,
  value: {{type}},
  basis: Date | null,
): Promise<Saved{{type}} | undefined> {
  return db.tx(async (sql) => {
    const [row] =
      basis === null
        ? await sql<Row[]>`
            INSERT INTO {{table}} (user_id, preferences) VALUES (${userId}, ${sql.json(value)})
            ON CONFLICT (user_id) DO NOTHING
            RETURNING preferences, updated_at`
        : await sql<Row[]>`
            UPDATE {{table}}
            SET preferences = ${sql.json(value)},
                -- Two changes within a millisecond still differ.
                updated_at = greatest(clock_timestamp(), updated_at + interval '1 millisecond')
            WHERE user_id = ${userId} AND updated_at = ${basis}
            RETURNING preferences, updated_at`;
    return row && saved(row);
  });
}
