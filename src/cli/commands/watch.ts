import type { Command } from 'commander';
import { homeOf } from '../../homes/home-dir.ts';
import { homeOption } from '../options.ts';
import { withServer } from '../server/connection.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { watchFeature } from '../watch/watch-feature.ts';

/** `baton watch`: follows a feature to its report and asks its questions. */
export const registerWatch = (program: Command): void => {
  program
    .command('watch')
    .description('follow a feature to its report; asks its questions in a terminal')
    .argument('<feature>', 'id of the feature')
    .option('--no-ask', 'show open questions, ask none')
    .option('--json', 'a JSON document a line: each change, last the report')
    .addOption(homeOption())
    .action(async (feature: string, flags: { ask: boolean; json?: boolean; home?: string }) => {
      checkFeatureId(feature);
      const home = homeOf(flags);
      process.exitCode = await withServer(home, (server) =>
        watchFeature(server, { feature, home, json: flags.json ?? false, ask: flags.ask }),
      );
    });
};
