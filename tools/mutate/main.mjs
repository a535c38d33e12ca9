// How much the tests notice: changes the sources one place at a time and runs the tests that should fail.
//   npm run mutate -- src/packets [src/domain/plan.ts ...] --sample 150 --seed 1
//   npm run mutate -- src/workflows/release/release-run.ts --tests test/long/release.test.ts --sample 20 --seed 1
// Without `--sample` Stryker tries all. What runs in Temporal's sandbox is bundled from the sources, so its switches can't
// reach it: there mutations, 20 unless told, are written into the file itself, one after the other.
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
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const sources = positionals.map((source) => path.relative(process.cwd(), source));

try {
  if (sources.length === 0) throw new Error('Name folders or files of src.');
  const missing = [...sources, ...(values.tests ?? [])].find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`There is no ${missing}.`);
  const { sample, seed } = values;
  if (![sample ?? '0', seed].every((number) => /^\d+$/.test(number)))
    throw new Error('--sample and --seed take whole numbers.');
  // It computes for minutes or hours; what else runs on the machine comes first.
  os.setPriority(Math.max(os.getPriority(), 10));
  const tests = values.tests ?? testsOf(sources);
  const bundled = sources.filter((source) => source.startsWith(path.join('src', 'workflows')));
  if (bundled.length === 0) {
    const { mutateByStryker } = await import('./stryker.mjs');
    await mutateByStryker({
      sources,
      tests: tests.filter((file) => !needsServer(file)),
      sample: Number(sample ?? Infinity),
      seed: Number(seed),
    });
  } else {
    if (bundled.length < sources.length) throw new Error('Mutate src/workflows and the other folders apart.');
    const { mutateInPlace } = await import('./in-place.mjs');
    await mutateInPlace({ sources, tests, sample: Number(sample ?? 20), seed: Number(seed) });
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
