import { builtCatalogue } from './cli/catalogue.ts';
import { makeProgram } from './cli/program.ts';
import { runProgram } from './cli/run-program.ts';
import { VERSION } from './files/own-package.ts';

/**
 * The commands that need no worker in their own process, which are all but those of `tools/build.mjs`. A built Baton has
 * them as one file, with what they import from packages, because finding and reading 540 files took longer than the commands.
 */
export const runCommands = async (): Promise<void> =>
  runProgram(await makeProgram(noWorker, VERSION, process.argv[2], builtCatalogue()), process.argv);

const noWorker = (): never => {
  throw new TypeError('this command was to need no worker: tools/build.mjs has to name it');
};
