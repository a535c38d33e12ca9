import { type Client, clientOf, withRollback } from './helpers.ts';

/** Gives a test the service on the test database; what the test changes is rolled back at its end. */
export const setupTestDb = (test: (client: Client) => Promise<void>) => () =>
  withRollback((db) => test(clientOf(db)));
