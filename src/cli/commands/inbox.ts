import type { Command } from 'commander';
import type { AttentionItem } from '../../domain/attention.ts';
import { QUERIES } from '../../domain/messages.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { decideCommand, itemLines } from '../render/items.ts';
import { withServer } from '../server/connection.ts';
import { inTurns, runningFeatures } from '../server/feature-list.ts';
import { query } from '../server/feature-lookup.ts';
import { workerMissing } from '../server/task-queue.ts';

/** `baton inbox`: what waits for a person, over all running features. */
export const registerInbox = (program: Command): void => {
  program
    .command('inbox')
    .description('open questions of all running features')
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (flags: { json?: boolean; home?: string }) => {
      await withServer(homeOf(flags), async (server) => {
        const features = await runningFeatures(server);
        const missing = features.length === 0 ? undefined : await workerMissing(server.client);
        const found = await inTurns(missing === undefined ? features : [], async (feature) => {
          const answer = await query<AttentionItem[]>(server.client, feature, QUERIES.attention);
          return { feature, items: 'value' in answer ? answer.value : undefined };
        });
        const silent = missing === undefined ? found.filter(({ items }) => items === undefined) : features;
        if (silent.length > 0)
          say(
            `${silent.length} running feature(s) could not be asked${missing === undefined ? '' : `: ${missing}`}`,
          );
        const items = found.flatMap(({ feature, items = [] }) => items.map((item) => ({ feature, ...item })));
        if (flags.json) return printJson(items);
        const options = { style: styleFor(process.stdout), width: screenWidth() };
        for (const item of items) {
          const hints = () => [decideCommand(item.feature, item)];
          print(
            [options.style.blue(oneLine(item.feature)), ...itemLines(item, { ...options, hints }), ''].join(
              '\n',
            ),
          );
        }
        if (items.length === 0 && silent.length === 0) say('Nothing waits for a decision.');
      });
    });
};
