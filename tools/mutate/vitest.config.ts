import { defineConfig } from 'vitest/config';

/** What `npm run mutate` runs: the tests that it names, none of which needs a Temporal server. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env.BATON_MUTATE_TESTS ?? '[]'),
    setupFiles: ['test/support/through-launcher.ts', 'tools/mutate/properties.ts'],
    // Each mutation's run has a worker of its own, so schemas and tables are made anew; once for all files is enough.
    isolate: false,
    testTimeout: 20_000,
  },
});
