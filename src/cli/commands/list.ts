import type { Command } from 'commander';
import { homeOf } from '../../homes/home-dir.ts';
import { count, homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { listLines } from '../render/list.ts';
import { withServer } from '../server/connection.ts';
import { listFeatures } from '../server/feature-list.ts';
import { webUiList } from '../server/web-ui.ts';

/** `baton list`: running and closed features. */
export const registerList = (program: Command): void => {
  program
    .command('list')
    .description('features that run and that have ended, newest first')
    .option('--limit <n>', 'at most this many', count, 50)
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (flags: { limit: number; json?: boolean; home?: string }) => {
      const home = homeOf(flags);
      const { entries, link } = await withServer(home, async (server) => ({
        entries: await listFeatures(server, home, flags.limit),
        link: webUiList(server.settings, 'features'),
      }));
      if (flags.json) return printJson(entries);
      if (entries.length === 0) return say('No features yet. Start one: baton start "what is to be built"');
      const style = styleFor(process.stdout);
      print(listLines(entries, { style, width: screenWidth(), now: Date.now() }).join('\n'));
      if (link !== undefined) say(style.dim(`Web UI: ${link}`));
    });
};
