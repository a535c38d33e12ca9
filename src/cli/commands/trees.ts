import type { Command } from 'commander';
import { packetIdProblem } from '../../domain/ids.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say } from '../output.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { featureDiff } from '../trees/feature-diff.ts';
import { treePath, treesOfFeature } from '../trees/tree-path.ts';

interface Flags {
  readonly stat?: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton diff` and `baton open`: a feature's work, as it is in this home. No server is needed. */
export const registerTrees = (program: Command): void => {
  const command = (name: string, what: string) =>
    program
      .command(name)
      .description(what)
      .argument('<feature>', 'id of the feature')
      .argument('[packet]', 'id of one of its packets')
      .addOption(homeOption());
  command('diff', 'what a feature, or one of its packets, changes; merged or not')
    .option('--stat', 'only which files, and how much')
    .option('--json', 'one JSON document: the commits and the difference')
    .action(async (feature: string, packet: string | undefined, flags: Flags) => {
      check(feature, packet);
      const diff = await featureDiff(homeOf(flags), { feature, packet, stat: flags.stat ?? false });
      if (flags.json) return printJson(diff);
      say(`${diff.from.slice(0, 12)}..${diff.to.slice(0, 12)}`);
      if (diff.text === '') return say('Nothing differs: nothing is committed yet.');
      print(diff.text);
    });
  command('open', "print the path of a packet's tree, for an editor or a shell")
    .option('--json', 'one JSON document')
    .action(async (feature: string, packet: string | undefined, flags: Flags) => {
      check(feature, packet);
      const found = await treePath(homeOf(flags), feature, packet);
      if (flags.json) return printJson({ feature, ...(packet !== undefined && { packet }), path: found });
      print(found);
      // Folders of trees have short names of their own, for the sockets in them.
      if (packet === undefined)
        for (const each of await treesOfFeature(homeOf(flags), feature)) say(`${each.path}  ${each.name}`);
      say('An agent may be at work there. To work in it yourself, choose take-over where the packet asks.');
    });
};

function check(feature: string, packet: string | undefined): void {
  checkFeatureId(feature);
  const problem = packet === undefined ? undefined : packetIdProblem(packet);
  if (problem !== undefined) throw new CommandError(`${problem}.`);
}
