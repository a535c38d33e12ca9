import type { Command } from 'commander';
import { featureWorkflowId } from '../../domain/ids.ts';
import { outagesOf } from '../../domain/outage.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { decideCommand } from '../render/items.ts';
import { reportLines } from '../render/report.ts';
import { statusLines } from '../render/status.ts';
import { withServer } from '../server/connection.ts';
import { checkFeatureId, describeFeature, look } from '../server/feature-lookup.ts';
import { webUiLink } from '../server/web-ui.ts';
import { liveDetails } from '../watch/live-details.ts';

/** `baton status`: where a feature stands. */
export const registerStatus = (program: Command): void => {
  program
    .command('status')
    .description('where a feature stands')
    .argument('<feature>', 'id of the feature')
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (feature: string, flags: { json?: boolean; home?: string }) => {
      checkFeatureId(feature);
      const home = homeOf(flags);
      await withServer(home, async (server) => {
        const snapshot = await look(server, home, feature);
        const known = await describeFeature(server.client, feature);
        const link = known && webUiLink(server.settings, featureWorkflowId(feature), known.runId);
        if (snapshot.kind === 'unanswered')
          throw new CommandError(
            snapshot.worker
              ? `The feature "${feature}" runs, but no worker answers: ${snapshot.why}.`
              : `The feature "${feature}" waits: ${snapshot.why}.`,
          );
        const live = snapshot.kind === 'status' ? await liveDetails(server, snapshot.status) : [];
        const outages = outagesOf(live);
        if (flags.json) return printJson({ ...snapshot, ...(outages.length > 0 && { outages }), link });
        const style = styleFor(process.stdout);
        const width = screenWidth();
        if (snapshot.kind === 'status') {
          const hints = (item: Parameters<typeof decideCommand>[1]) => [decideCommand(feature, item)];
          print(statusLines(snapshot.status, { style, width, live, hints, now: Date.now() }).join('\n'));
        } else if (snapshot.kind === 'report')
          print(reportLines(snapshot.report, { style, width }).join('\n'));
        else
          print(`${feature}: ended (${snapshot.state})${snapshot.why ? `: ${oneLine(snapshot.why)}` : ''}`);
        if (link) say(style.dim(`Web UI: ${link}`));
      });
    });
};
