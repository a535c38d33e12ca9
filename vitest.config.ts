import { defineConfig } from 'vitest/config';

const bounds = {
  pool: 'forks' as const,
  // A test that starts a workflow on a loaded machine of two cores; one that hangs still ends.
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

/** `npm test` runs `main`; `time` needs Java and `ui` a Chromium, so they have scripts of their own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...bounds,
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: ['test/time/**', 'test/ui/**'],
          globalSetup: ['test/support/dev-server.ts'],
        },
      },
      // A JVM each, which has five seconds to start: one after the other.
      {
        test: { ...bounds, name: 'time', include: ['test/time/**/*.test.ts'], fileParallelism: false },
      },
      {
        test: {
          ...bounds,
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: ['test/support/dev-server.ts'],
        },
      },
    ],
  },
});
