// How much the tests notice: changes the sources one place at a time and runs the tests that should fail.
//   npm run mutate -- src/packets [src/domain/plan.ts ...]
//   npm run mutate -- src/workflows/release/release-run.ts --tests test/long/release.test.ts --sample 20 --seed 1
// What runs in Temporal's sandbox is bundled from the sources, so Stryker's switches can't reach it: there a few
// mutations, drawn at random, are written into the file itself, one after the other.
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { needsServer, testsOf } from './tests-of.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true },
    sample: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const sources = positionals.map((source) => path.relative(process.cwd(), source));

try {
  if (sources.length === 0) throw new Error('Name folders or files of src.');
  const missing = [...sources, ...(values.tests ?? [])].find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`There is no ${missing}.`);
  // It computes for minutes or hours; what else runs on the machine comes first.
  os.setPriority(Math.max(os.getPriority(), 10));
  const tests = values.tests ?? testsOf(sources);
  const bundled = sources.filter((source) => source.startsWith(path.join('src', 'workflows')));
  if (bundled.length === 0) {
    const { mutateByStryker } = await import('./stryker.mjs');
    await mutateByStryker(
      sources,
      tests.filter((file) => !needsServer(file)),
    );
  } else {
    if (bundled.length < sources.length) throw new Error('Mutate src/workflows and the other folders apart.');
    const { mutateInPlace } = await import('./in-place.mjs');
    await mutateInPlace({ sources, tests, sample: Number(values.sample), seed: Number(values.seed) });
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
