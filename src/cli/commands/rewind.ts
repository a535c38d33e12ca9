import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import { featureIdProblem, featureWorkflowId, landedBranch } from '../../domain/ids.ts';
import type { FeatureRequest } from '../../domain/messages.ts';
import { oneLine } from '../../domain/visible.ts';
import { type ForkedFrom, pointOf } from '../../domain/what-if.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say } from '../output.ts';
import { type Earlier, readEarlier } from '../rewind/earlier.ts';
import { endExecution } from '../rewind/end-execution.ts';
import { newMember, rulesOf } from '../rewind/new-member.ts';
import { type Server, withServer } from '../server/connection.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { branchesOf } from '../start/base-config.ts';
import { checkIdIsFree, startFeature, userName } from '../start/start-feature.ts';

interface Flags {
  readonly before: string;
  readonly fork?: string;
  readonly with: readonly string[];
  readonly leave?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

const several = (value: string, before: readonly string[]) => [...before, value];

/** `baton rewind`: goes back to a point of a feature, or goes on from there beside it. */
export const registerRewind = (program: Command): void => {
  program
    .command('rewind')
    .description('go back to a point of a feature; with --fork, go on from there beside it')
    .argument('<feature>', 'id of the feature')
    .requiredOption('--before <point>', 'a packet, `design`, an item that was decided, or "merge N"')
    .option('--fork <id>', 'id of a new feature: the old one stays as it is')
    .option(
      '--with <key=value>',
      'who makes the runs that are made anew: runner, model, command, agent=fallback (may be given again)',
      several,
      [],
    )
    .option(
      '--leave',
      'go back although others see something of it (base, pull request, release): that stays',
    )
    .option('--yes', 'end a feature that runs without being asked')
    .option('--json', 'one JSON document: id, workflow, run, and what is taken over')
    .addOption(homeOption())
    .action(async (feature: string, flags: Flags) => {
      checkFeatureId(feature);
      const home = homeOf(flags);
      await withServer(home, async (server) => {
        const earlier = await readEarlier(server, home, feature);
        const request = await requestFor(earlier, flags);
        await (flags.fork === undefined
          ? startAgain(server, earlier, request, flags)
          : startBeside(server, home, request, flags));
      });
    });
};

async function requestFor(earlier: Earlier, flags: Flags): Promise<FeatureRequest> {
  const { feature, runId, request, past, kinds, landed } = earlier;
  const point = pointOf(past, flags.before);
  if ('problem' in point) throw new CommandError(`${oneLine(point.problem)}.`);
  const config = await rulesOf(request);
  const change = newMember(flags.with, config, { kinds }, point.packet);
  // A pull request would be closed with its branch.
  const again =
    flags.fork === undefined && config.land !== 'pull-request' && landed?.branch === landedBranch(feature);
  const from: ForkedFrom = {
    feature,
    runId,
    before: flags.before,
    ...point,
    ...(again && { landed }),
    ...(change !== undefined && { with: change }),
  };
  const id = flags.fork ?? feature;
  const problem = featureIdProblem(id);
  if (problem !== undefined) throw new CommandError(`${problem}.`);
  if (
    flags.fork !== undefined &&
    config.land !== 'merge' &&
    (await branchesOf(request.repo)).has(landedBranch(id))
  )
    throw new CommandError(`The repository has the branch ${landedBranch(id)} already: choose another id.`);
  return { ...request, feature: id, startedBy: userName(), from };
}

async function startBeside(
  server: Server,
  home: string,
  request: FeatureRequest,
  flags: Flags,
): Promise<void> {
  await checkIdIsFree(server, home, request.feature);
  const { from } = request;
  tell(request, await startFeature(server, request), flags);
  say(`It begins as ${from?.feature} did before ${from?.before}; that one stays as it is.`);
}

async function startAgain(
  server: Server,
  { feature, runId, running, outside }: Earlier,
  request: FeatureRequest,
  flags: Flags,
): Promise<void> {
  if (outside.length > 0 && flags.leave !== true)
    throw new CommandError(
      `"${feature}" can be seen by others, and going back takes none of that back:\n` +
        `${outside.map((line) => `- ${oneLine(line)}`).join('\n')}\n` +
        'Take it back yourself, or go on beside it with --fork NEW-ID; --leave goes back and leaves it as it is.',
      EXIT.foundWanting,
    );
  await confirmed(feature, running, flags);
  if (running) await endExecution(server.client, feature, runId);
  tell(request, await startFeature(server, request, 'again'), flags);
  say(`"${feature}" begins again as it did before ${flags.before}.`);
}

/** A feature that runs is ended only if a person says so. */
async function confirmed(feature: string, running: boolean, { yes }: Flags): Promise<void> {
  if (yes === true) return;
  const what = running ? 'Its agents at work are ended, their work is kept on refs.' : 'It has ended.';
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new CommandError(
      `"${feature}" would begin again under its id. ${what} Say so with --yes, or name a new id with --fork.`,
    );
  const answer = await confirm({
    message: `Begin "${feature}" again under its id? ${what}`,
    initialValue: false,
  });
  if (isCancel(answer) || !answer) throw new CommandError('Nothing was changed.', EXIT.interrupted);
}

function tell(request: FeatureRequest, runId: string, { json }: Flags): void {
  const { feature, from } = request;
  if (json) printJson({ feature, workflowId: featureWorkflowId(feature), runId, from });
  else print(feature);
  say(`Follow it: baton watch ${feature}`);
}
