import type { Command } from 'commander';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, screenWidth, styleFor } from '../output.ts';
import { reportLines } from '../render/report.ts';
import { withServer } from '../server/connection.ts';
import { configuredServer, runningDevServer } from '../server/connection-settings.ts';
import { checkFeatureId, look } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';

/** `baton report`: what a feature came to. */
export const registerReport = (program: Command): void => {
  program
    .command('report')
    .description('what a feature came to, with its figures')
    .argument('<feature>', 'id of the feature')
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (feature: string, flags: { json?: boolean; home?: string }) => {
      checkFeatureId(feature);
      const report = await findReport(homeOf(flags), feature);
      if (flags.json) return printJson(report);
      print(reportLines(report, { style: styleFor(process.stdout), width: screenWidth() }).join('\n'));
    });
};

async function findReport(home: string, feature: string) {
  const noServer = configuredServer() === undefined && (await runningDevServer(home)) === undefined;
  // The home's own file needs no server.
  const saved = noServer ? await savedReport(home, feature) : undefined;
  if (saved !== undefined) return saved;
  return await withServer(home, async (server) => {
    const snapshot = await look(server, home, feature);
    if (snapshot.kind === 'report') return snapshot.report;
    if (snapshot.kind === 'ended')
      throw new CommandError(
        `The feature "${feature}" has ended (${snapshot.state}) without a report${snapshot.why ? `: ${snapshot.why}` : ''}.`,
        EXIT.foundWanting,
      );
    const waits = snapshot.kind === 'unanswered' && !snapshot.worker ? ` It waits: ${snapshot.why}.` : '';
    throw new CommandError(
      `The feature "${feature}" has not ended yet, so there is no report.${waits}\nSee where it stands: baton status ${feature}`,
    );
  });
}
