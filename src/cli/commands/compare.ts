import type { Command } from 'commander';
import { compareReports } from '../../domain/compare.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { diffStatBetween } from '../compare/diff-stat.ts';
import { homeOption } from '../options.ts';
import { print, printJson, screenWidth, styleFor } from '../output.ts';
import { compareLines } from '../render/compare.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { findReport, findReportOf } from '../server/find-report.ts';

interface Flags {
  readonly repo: string;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton compare`: what two features, or two executions of one, came to. */
export const registerCompare = (program: Command): void => {
  program
    .command('compare')
    .description('two finished features side by side: trees, checks, gates, decisions, cost, time')
    .argument('<a>', 'id of a feature, or id@run for one of its executions')
    .argument('<b>', 'the other one')
    .option(
      '--repo <path>',
      'git repository that has what they landed, for the difference of their trees',
      '.',
    )
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (a: string, b: string, flags: Flags) => {
      const home = homeOf(flags);
      const [one, other] = [await reportOf(home, a), await reportOf(home, b)];
      const compared = compareReports(one, other, { a, b });
      const { stat, why } = await diffStatBetween(flags.repo, one, other);
      if (flags.json) return printJson({ ...compared, diffStat: stat ?? null });
      const options = { style: styleFor(process.stdout), width: screenWidth() };
      print(compareLines(compared, stat ?? why ?? '', options).join('\n'));
    });
};

async function reportOf(home: string, named: string): Promise<FeatureReport> {
  const [feature = '', runId] = named.split('@', 2);
  checkFeatureId(feature);
  return await (runId === undefined ? findReport(home, feature) : findReportOf(home, feature, runId));
}
