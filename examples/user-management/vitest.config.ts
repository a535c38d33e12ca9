import { defineConfig } from 'vitest/config';

// Baton names the files to run here when it wants only some of them.
const only = (process.env.BATON_TEST_FILES ?? '').split(/[\s,]+/).filter(Boolean);

export default defineConfig({
  test: {
    // A name with brackets, such as that of a route's folder, is no pattern.
    include: only.length > 0 ? only : ['src/**/*.test.ts'],
    globalSetup: ['src/test/global-setup.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    reporters: ['default', ['junit', { outputFile: 'test-results.xml' }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/main.ts', 'src/test/**'],
      reporter: ['json-summary', 'text-summary'],
    },
  },
});
