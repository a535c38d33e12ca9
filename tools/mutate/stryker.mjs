import { rmSync, statSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { run } from './stryker-reporter.mjs';
import { sayScores } from './terminal.mjs';

/** Mutations that Stryker knows, all or a sample, in a copy of the repository, against the tests that run them. */
export async function mutateByStryker({ sources, tests, sample, seed }) {
  if (tests.length === 0) throw new Error('No test of these files can run without a Temporal server.');
  process.env.BATON_MUTATE_TESTS = JSON.stringify(tests);
  Object.assign(run, { sample, seed });
  const tempDirName = `.stryker-tmp/${process.pid}`;
  // Also if the run is ended early: Stryker then leaves its copy, and what is known by then is said.
  process.on('exit', () => {
    rmSync(tempDirName, { recursive: true, force: true });
    sayScores(run.tested, run.isSample);
  });
  await new Stryker({
    mutate: sources.map((source) => (statSync(source).isDirectory() ? `${source}/**/*.ts` : source)),
    testRunner: 'warm-vitest',
    vitest: { configFile: 'tools/mutate/vitest.config.ts', related: false },
    plugins: [
      import.meta.resolve('@stryker-mutator/vitest-runner'),
      fileURLToPath(new URL('warm-runner.mjs', import.meta.url)),
      fileURLToPath(new URL('stryker-reporter.mjs', import.meta.url)),
    ],
    reporters: ['terminal', 'progress-append-only'],
    concurrency: 1,
    // Beside what the tests take: a machine that does other things may hold them up, which isn't to count as noticed.
    timeoutMS: 60_000,
    logLevel: 'warn',
    tempDirName,
    // Some tests read sources as they are.
    disableTypeChecks: false,
    // Stryker parses it by TypeScript's former interface, which version 7 has no more.
    tsconfigFile: 'none.json',
    ignorePatterns: ['.stryker-tmp', 'test/histories', 'docs/images', 'repositories', 'dist'],
  }).runMutationTest();
}
