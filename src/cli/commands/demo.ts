import type { Command } from 'commander';
import { Option } from 'commander';
import { type DemoFlags, runDemo } from '../demo/run-demo.ts';
import { homeOption } from '../options.ts';
import type { StartWorker } from '../server/worker-process.ts';

/** `baton demo`: an example's feature, for real, by one command. */
export const registerDemo = (program: Command, startWorker: StartWorker): void => {
  program
    .command('demo')
    .description('run a feature on an example repository, with scripted agents, to its end')
    .argument('[example]', 'folder below examples/', 'user-preferences')
    .option('--yes', 'every question takes its recommended choice')
    .option('--bad-canary', 'ship a defect that only production traffic shows')
    .option('--request <words>', 'another feature; see the README of the example for what its crew can build')
    .option('--keep', 'keep everything running at the end, until Ctrl-C')
    .addOption(homeOption().default(undefined, 'kept from demo to demo: ~/.baton/demo'))
    .addOption(new Option('--scenario <json>', 'what the crew is to do otherwise than well').hideHelp())
    .action(async (example: string, flags: DemoFlags) => {
      process.exitCode = await runDemo(example, flags, startWorker);
    });
};
