import { Argument, type Command } from 'commander';
import { print } from '../output.ts';
import { completionScript, SHELLS, type Shell } from '../render/completion.ts';

/** `baton completion`: what a shell reads to complete the commands and options. */
export const registerCompletion = (program: Command): void => {
  program
    .command('completion')
    .description('print what a shell reads to complete commands and options')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => print(completionScript(program, shell)));
};
