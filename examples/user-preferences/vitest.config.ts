import { defineConfig } from 'vitest/config';

// Baton names the files to run here when it wants only some of them.
const only = (process.env.BATON_TEST_FILES ?? '').split(/[\s,]+/).filter(Boolean);

export default defineConfig({
  test: {
    include: only.length > 0 ? only : ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    reporters: ['default', ['junit', { outputFile: 'test-results.xml' }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/main.ts'],
      reporter: ['json-summary', 'json', 'text-summary'],
    },
  },
});
