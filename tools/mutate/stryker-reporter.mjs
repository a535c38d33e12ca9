// A reporter of Stryker's that prints as Baton's own runner does, and keeps what is known if the run is ended early.
import path from 'node:path';
import process from 'node:process';
import { originalText, sayIfUnnoticed } from './terminal.mjs';

/** @type {{ file: string, status: string }[]} */
export const tested = [];

class TerminalReporter {
  onMutantTested(mutant) {
    const file = path.relative(process.cwd(), mutant.fileName);
    const { replacement, status } = mutant;
    tested.push({ file, status });
    const line = mutant.location.start.line;
    sayIfUnnoticed({ file, line, original: originalText(mutant), replacement, status });
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'terminal', injectableClass: TerminalReporter }];
