// A reporter of Stryker's that draws the sample, prints as Baton's own runner does, and keeps what is known if the run is
// ended early.
import path from 'node:path';
import process from 'node:process';
import { sampleOf } from './mutations.mjs';
import { originalText, sayIfUnnoticed } from './terminal.mjs';

/**
 * What is to be tried, and what was. Stryker makes the reporter itself, in this process.
 * @type {{ sample: number, seed: number, isSample: boolean, tested: { file: string, status: string }[] }}
 */
export const run = { sample: Infinity, seed: 1, isSample: false, tested: [] };

class TerminalReporter {
  /** Stryker can't draw a sample, but tries only what its reporters leave in this list. */
  onMutationTestingPlanReady({ mutantPlans }) {
    const all = mutantPlans.toSorted((one, other) =>
      one.mutant.fileName.localeCompare(other.mutant.fileName, 'en'),
    );
    const drawn = sampleOf(all, run.sample, run.seed);
    run.isSample = drawn.length < all.length;
    mutantPlans.splice(0, all.length, ...drawn);
    process.stdout.write(`${drawn.length} of ${all.length} mutations, seed ${run.seed}\n`);
  }

  onMutantTested(mutant) {
    const file = path.relative(process.cwd(), mutant.fileName);
    const { replacement, status } = mutant;
    run.tested.push({ file, status });
    const line = mutant.location.start.line;
    sayIfUnnoticed({ file, line, original: originalText(mutant), replacement, status });
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'terminal', injectableClass: TerminalReporter }];
