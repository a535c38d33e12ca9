import type { Command } from 'commander';
import { homeOf } from '../../homes/home-dir.ts';
import { homeOption } from '../options.ts';
import { print, printJson, screenWidth, styleFor } from '../output.ts';
import { reportLines } from '../render/report.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { findReport } from '../server/find-report.ts';

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
