import type { Database, Tx } from '../db/client.ts';

/** A database that answers every query with these rows and keeps the queries' values. */
export function mockDb(...rows: object[]): Database & { values: unknown[] } {
  const values: unknown[] = [];
  const sql = (first: unknown, ...rest: unknown[]) => {
    // `sql(columns)` names columns, sql`…` is a query.
    if (!Array.isArray(first) || !('raw' in first)) return first;
    values.push(...rest);
    return Promise.resolve(Object.assign([...rows], { count: rows.length }));
  };
  return { values, tx: (work) => work(sql as unknown as Tx), close: async () => {} };
}
