import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../tools/database.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

// Unit tests need no database. Baton names the files to run when it wants only some of them.
const only = (process.env.BATON_TEST_FILES ?? '').split(/[\s,]+/).filter(Boolean);
const needsDatabase = only.length === 0 || only.some((file) => !file.startsWith('tests/unit/'));

/** One database for the whole run: tests keep apart by users of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!needsDatabase) return () => Promise.resolve();
  const database = await startDatabase();
  project.provide('databaseUrl', database.url);
  return () => database.stop();
}
