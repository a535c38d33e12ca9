import type { Command } from 'commander';
import { decisionSchema } from '../../domain/attention.ts';
import { schemaProblems } from '../../domain/schema-findings.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { printJson, say } from '../output.ts';
import { withServer } from '../server/connection.ts';
import { sendDecision } from '../server/decisions.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { userName } from '../start/start-feature.ts';

interface Flags {
  readonly note?: string;
  readonly by?: string;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton decide`: closes an open item. */
export const registerDecide = (program: Command): void => {
  program
    .command('decide')
    .description('answer an open question of a feature')
    .argument('<feature>', 'id of the feature')
    .argument('<item>', 'id of the open item, as status and inbox show it')
    .argument('<choice...>', 'one of its options, or any text where it has none')
    .option('--note <text>', 'why, or what to change')
    .option('--by <name>', 'who decides (default: your user name)')
    .option('--json', 'one JSON document: what became of it')
    .addOption(homeOption())
    .action(async (feature: string, item: string, words: string[], flags: Flags) => {
      checkFeatureId(feature);
      const given = {
        item,
        choice: words.join(' '),
        ...(flags.note !== undefined && { note: flags.note }),
        by: flags.by ?? userName(),
      };
      const parsed = decisionSchema.safeParse(given);
      if (!parsed.success)
        throw new CommandError(
          `The decision can't be sent: ${schemaProblems(parsed.error, given, decisionSchema)}.`,
        );
      const decision = parsed.data;
      await withServer(homeOf(flags), async (server) => {
        const sent = await sendDecision(server, feature, decision);
        if (sent.kind === 'refused') throw new CommandError(`Refused: ${sent.why}.`);
        if (flags.json) printJson(sent);
        if (sent.kind === 'taken')
          say(
            `${item}: ${oneLine(sent.taken.choice)}, decided by ${oneLine(sent.taken.by)}. See: baton status ${feature}`,
          );
        else
          say(
            `${item}: sent as a signal, since ${sent.why}. It is kept, and holds if it is valid when a worker ` +
              'comes: start one with `baton dev`.',
          );
      });
    });
};
