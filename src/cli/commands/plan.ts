import { type Command, Option } from 'commander';
import { type MeasuringPath, measuringFiles, measuringPaths } from '../../config/measuring-files.ts';
import { forecast } from '../../domain/forecast.ts';
import type { Packet } from '../../domain/packet.ts';
import { planDifference } from '../../domain/plan-diff.ts';
import { planMarkdown, type WholePlan } from '../../domain/plan-markdown.ts';
import { planRemarks } from '../../domain/plan-review.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { count, homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { editPlan, exportPlan } from '../plan/edit-plan.ts';
import { type Drawn, planOfFeature } from '../plan/plan-of-feature.ts';
import { planLines } from '../render/plan.ts';
import { planDetailLines } from '../render/plan-details.ts';
import { planMermaid } from '../render/plan-mermaid.ts';
import { withServer } from '../server/connection.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { branchesOf, readBaseWithFiles } from '../start/base-config.ts';
import { readPackets } from '../start/read-packets.ts';
import { userName } from '../start/start-feature.ts';

interface Flags {
  readonly packets?: string;
  readonly repo?: string;
  readonly base?: string;
  readonly root?: string;
  readonly concurrency?: number;
  readonly mermaid?: boolean;
  readonly markdown?: boolean;
  readonly details?: boolean;
  readonly json?: boolean;
  readonly export?: string;
  readonly edit?: string | true;
  readonly first?: readonly string[];
  readonly by?: string;
  readonly home?: string;
}

/** `baton plan`: packets as a graph, with what they are expected to take, before anything runs or while it does. */
export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('packets as a graph with expected times; before the approval with all that is approved')
    .argument('[feature]', 'id of a feature that runs, or whose plan is to be approved')
    .option('--packets <path>', 'draw the packets of a folder or file; nothing is started')
    .option('--repo <path-or-url>', 'with --packets: the repository they are for (default: the one here)')
    .option('--base <branch>', "with --packets: branch to start from (default: the repository's own)")
    .option('--root <folder>', 'with --packets: folder of the repository that they are for')
    .option('--concurrency <n>', 'agents at once (default: as baton.yaml or the feature has it)', count)
    .option('--details', 'criteria, evidence, boundaries and contracts too (default: before the approval)')
    .addOption(
      new Option('--markdown', 'all of it as Markdown, for a review elsewhere').conflicts([
        'json',
        'mermaid',
      ]),
    )
    .addOption(new Option('--mermaid', 'a Mermaid flowchart').conflicts('json'))
    .option('--json', 'one JSON document, times in minutes')
    .option('--export <folder>', 'write the packets of a feature as files, approved or not')
    .option(
      '--edit [folder]',
      'change a plan, approved or not, to what its files say; without a folder in $EDITOR',
    )
    .option('--first <ids>', 'packets that get the next slots, separated by commas', idList)
    .option('--by <name>', 'who changes the plan (default: your user name)')
    .addOption(homeOption())
    .action(async (feature: string | undefined, flags: Flags) => {
      if (flags.edit !== undefined || flags.export !== undefined || flags.first !== undefined)
        return change(feature, flags);
      const { title, packets, slots, measuring, whole, proposed = false } = await drawn(feature, flags);
      const plan = forecast(packets, flags.concurrency ?? slots);
      if (flags.json)
        return printJson({
          ...(feature !== undefined && { feature }),
          unit: 'minutes',
          ...plan,
          ...(measuring !== undefined && { protected: measuring }),
          ...(whole !== undefined && wholeJson(whole, proposed)),
        });
      if (flags.markdown) {
        if (whole === undefined) throw new CommandError('There is no whole plan to be written as Markdown');
        return print(planMarkdown({ ...whole, slots: plan.slots }, { title }));
      }
      if (flags.mermaid) return print(planMermaid(plan));
      const style = styleFor(process.stdout);
      const width = screenWidth();
      print(planLines(plan, { title, style, width, measuring }).join('\n'));
      if (whole !== undefined && (flags.details || proposed))
        print(planDetailLines(whole, { style, width }).join('\n'));
      if (feature !== undefined && proposed)
        say(`\nChange it: baton plan ${feature} --edit. Decide: baton watch ${feature}, or baton inbox`);
    });
};

/** What the packets say, and what a reader should know of them, for programs. */
const wholeJson = (whole: WholePlan, proposed: boolean) => ({
  proposed,
  plan: whole.packets,
  remarks: planRemarks(whole.packets, whole.measuring),
  ...(whole.measuring !== undefined && { measuring: whole.measuring }),
  ...(whole.before !== undefined && { changes: planDifference(whole.before, whole.packets) }),
});

const idList = (text: string): string[] => text.split(',').map((id) => id.trim());

/** Writes a running feature's packets as files, or makes its plan what they say. */
async function change(feature: string | undefined, flags: Flags): Promise<void> {
  const { export: folder, edit, first, by = userName() } = flags;
  if (feature === undefined)
    throw new CommandError('Name the feature whose plan is to change: baton plan FEATURE');
  checkFeatureId(feature);
  await withServer(homeOf(flags), async (server) => {
    if (folder !== undefined) return exportPlan(server, feature, folder);
    const made = await editPlan(server, feature, { by, ...(edit && { edit }), ...(first && { first }) });
    if (made === undefined) return;
    const { added, amended, dropped } = made;
    if (flags.json) return printJson(made);
    for (const [what, ids] of [
      ['Added', added],
      ['Amended', amended],
      ['Dropped', dropped],
      ['First', made.first ?? []],
    ] as const)
      if (ids.length > 0) say(`${what}: ${ids.join(', ')}`);
    say(`See it: baton plan ${feature}`);
  });
}

/** A plan, and what is protected in its repository, if one was read. */
interface DrawnPlan extends Drawn {
  readonly measuring?: readonly MeasuringPath[];
}

async function drawn(feature: string | undefined, flags: Flags): Promise<DrawnPlan> {
  if ((feature === undefined) === (flags.packets === undefined))
    throw new CommandError('Name a feature, or a folder of packets: baton plan --packets DIR');
  if (feature === undefined) return planOfFolder(flags.packets ?? '', flags);
  for (const name of ['repo', 'base', 'root'] as const)
    if (flags[name] !== undefined)
      throw new CommandError(`--${name} goes with --packets: a feature has its own`);
  checkFeatureId(feature);
  return withServer(homeOf(flags), (server) => planOfFeature(server, homeOf(flags), feature));
}

/** Packets are read as `baton start` reads them, and refused for the same reasons. */
async function planOfFolder(folder: string, { repo, base, root, concurrency }: Flags): Promise<DrawnPlan> {
  // The feature's name isn't known yet, and only packets' own branches depend on it.
  const place = { feature: 'feature' };
  const title = `Plan of ${folder}`;
  if (concurrency !== undefined && [repo, base, root].every((each) => each === undefined)) {
    say('No --repo is named: whether its branches are free is looked at by baton start.');
    const packets = await readPackets(folder, place);
    return { title, packets, slots: concurrency, whole: { packets, slots: concurrency } };
  }
  const found = await readBaseWithFiles(repo ?? '.', { base, root });
  const { config, files } = found;
  const branches = await branchesOf(found.repo);
  const packets = await readPackets(folder, { ...place, base: found.base, branches }, config.checks);
  const measures = measuringFiles({ config, ...files, evidence: evidenceCommands(packets) });
  return {
    title,
    packets,
    slots: config.concurrency,
    measuring: measuringPaths(measures, files.files),
    whole: { packets, slots: config.concurrency },
  };
}

const evidenceCommands = (packets: readonly Packet[]): string[] =>
  packets.flatMap(({ criteria }) =>
    criteria.flatMap(({ evidence }) =>
      evidence !== undefined && 'command' in evidence ? [evidence.command] : [],
    ),
  );
