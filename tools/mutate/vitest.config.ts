import { defineConfig } from 'vitest/config';

/** What `npm run mutate` runs: the tests that it names, none of which needs a Temporal server. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env.BATON_MUTATE_TESTS ?? '[]'),
    setupFiles: ['test/support/through-launcher.ts', 'tools/mutate/properties.ts'],
    // What a module makes when it is loaded, a schema or a table, is made anew for each mutation.
    isolate: false,
    testTimeout: 20_000,
  },
});
