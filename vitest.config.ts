import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/support/until.ts';

const TEMPORARY = 'test/support/temporary-root.ts';

const bounds = {
  pool: 'forks' as const,
  // Every file in one process: loading the SDK and the sources anew for each took a third of the time.
  isolate: false,
  // A focused test drops all others of its file, unseen.
  allowOnly: false,
  // A test that starts a workflow on a loaded machine of two cores; one that hangs still ends, and says what it waits for.
  testTimeout: PATIENCE_MS + 20_000,
  hookTimeout: PATIENCE_MS + 20_000,
  setupFiles: ['test/support/through-launcher.ts'],
  globalSetup: [TEMPORARY],
};

/**
 * `npm test` runs `main`. The others have scripts of their own: `long` kills processes, races landings and plays features back for minutes, `time` needs Java,
 * `ui` a Chromium, `agents` a gigabyte of agent CLIs, `projects` other
 * languages and their registries, and `demo` many minutes.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...bounds,
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: ['time', 'ui', 'demo', 'agents-cli', 'long', 'cluster', 'projects'].map(
            (name) => `test/${name}/**`,
          ),
          globalSetup: [TEMPORARY, 'test/support/dev-server.ts'],
        },
      },
      // Features through processes killed at every moment, several workers, raced landings, plans that change: minutes.
      {
        test: {
          ...bounds,
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          globalSetup: [TEMPORARY, 'test/support/dev-server.ts'],
        },
      },
      // A JVM each, which has five seconds to start: one after the other.
      {
        test: { ...bounds, name: 'time', include: ['test/time/**/*.test.ts'], fileParallelism: false },
      },
      // The real agent CLIs on a scripted model; some take 20 seconds to start on two busy cores.
      {
        test: {
          ...bounds,
          name: 'agents',
          include: ['test/agents-cli/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 3 * 60_000,
          // Most of a contract's time is waiting; more at once make a CLI so slow to start that it looks stalled.
          maxConcurrency: 2,
          globalSetup: [TEMPORARY, 'test/support/dev-server.ts'],
        },
      },
      {
        test: {
          ...bounds,
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: [TEMPORARY, 'test/support/dev-server.ts'],
        },
      },
      // On Temporal's production server, which Go compiles the first time.
      {
        test: {
          ...bounds,
          name: 'cluster',
          // Of the others those that kill, but no server: the cluster's own test does that.
          include: [
            'cluster/*',
            'long/landing-kill',
            'long/launcher-kill',
            'long/worker-end',
            'long/release',
          ].map((name) => `test/${name}.test.ts`),
          globalSetup: [TEMPORARY, 'test/cluster/shared-cluster.ts'],
          fileParallelism: false,
          testTimeout: 20 * 60_000,
          hookTimeout: 60 * 60_000,
        },
      },
      // Public projects and six kinds of repository, from `baton init` to a landed feature: registries and minutes.
      {
        test: {
          ...bounds,
          name: 'projects',
          include: ['test/projects/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 20 * 60_000,
          // Packing and installing Baton comes first.
          hookTimeout: 10 * 60_000,
          globalSetup: [TEMPORARY, 'test/projects/installed-baton.ts'],
        },
      },
      // Whole demos, which measure latency and shares of traffic: one after the other, and nothing beside them.
      {
        test: {
          ...bounds,
          name: 'demo',
          include: ['test/demo/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 20 * 60_000,
        },
      },
    ],
  },
});
