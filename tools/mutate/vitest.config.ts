import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The first test that fails ends a mutation's run; properties take a second to load, and up to half of one each. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const millisecondsOf = ({ moduleId }: TestSpecification) => {
      const last = this.ctx.cache.getFileTestResults(`:${relative(this.ctx.config.root, moduleId)}`);
      return (last?.duration ?? 0) + (readFileSync(moduleId, 'utf8').includes('fast-check') ? 60_000 : 0);
    };
    return files
      .map((file) => ({ file, takes: millisecondsOf(file) }))
      .sort((one, other) => one.takes - other.takes)
      .map(({ file }) => file);
  }
}

/** What `npm run mutate` runs: the tests that it names, none of which needs a Temporal server. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env.BATON_MUTATE_TESTS ?? '[]'),
    setupFiles: ['test/support/through-launcher.ts', 'tools/mutate/properties.ts'],
    runner: 'tools/mutate/warm-tests.ts',
    sequence: { sequencer: QuickestFirst },
    // Each mutation's run has a worker of its own, so schemas and tables are made anew; once for all files is enough.
    isolate: false,
    testTimeout: 20_000,
  },
});
