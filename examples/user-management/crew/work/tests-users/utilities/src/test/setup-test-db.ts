import { type Client, clientOf, testDatabase } from './helpers.ts';

/** Gives a test the service on the test database. */
export const setupTestDb = (test: (client: Client) => Promise<void>) => async () =>
  test(clientOf(await testDatabase()));
