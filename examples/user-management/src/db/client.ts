import postgres, { type TransactionSql } from 'postgres';

export type Tx = TransactionSql;

/** The one way to the database: a unit of work in a transaction of its own. */
export interface Database {
  tx<T>(work: (sql: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a pool of at most `connections`. Everything runs inside transactions and without named statements:
 * PGlite behind its socket serves all connections from one session and keeps their statements apart only
 * within a transaction.
 */
export function connect(url: string, connections: number): Database {
  const sql = postgres(url, {
    max: connections,
    prepare: false,
    fetch_types: false,
    onnotice: () => {},
    connect_timeout: 10,
  });
  return {
    async tx<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      return (await sql.begin(work)) as T;
    },
    close: () => sql.end({ timeout: 2 }),
  };
}
