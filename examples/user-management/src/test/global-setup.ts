import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../tools/database.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One database for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await startDatabase();
  project.provide('databaseUrl', database.url);
  return () => database.stop();
}
