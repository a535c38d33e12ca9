import type { Command } from 'commander';
import { featureWorkflowId } from '../../domain/ids.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say } from '../output.ts';
import { withServer } from '../server/connection.ts';
import { workerMissing } from '../server/task-queue.ts';
import { webUiLink } from '../server/web-ui.ts';
import { checkIdIsFree, prepareStart, startFeature } from '../start/start-feature.ts';
import { watchFeature } from '../watch/watch-feature.ts';

interface Flags {
  readonly repo: string;
  readonly base?: string;
  readonly root?: string;
  readonly id?: string;
  readonly packets?: string;
  readonly watch?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton start`: checks everything, starts a feature, and prints its id. */
export const registerStart = (program: Command): void => {
  program
    .command('start')
    .description('hand a feature to the crew; prints its id')
    .argument('<request...>', 'the feature in words')
    .option('--repo <path-or-url>', 'git repository to work on', '.')
    .option('--base <branch>', "branch to start from (default: the repository's own)")
    .option(
      '--root <folder>',
      'folder of the repository to work in (default: as baton.yaml says, or the whole)',
    )
    .option('--id <id>', 'id of the feature (default: made from the request)')
    .option(
      '--packets <path>',
      'work packets of your own: a folder of Markdown or JSON files, or one such file',
    )
    .option('--watch', 'stay and follow it to its report')
    .option('--yes', 'every question takes its recommended choice by itself; one without one waits')
    .option('--json', 'one JSON document: id, workflow, link')
    .addOption(homeOption())
    .action(async (words: string[], flags: Flags) => {
      const home = homeOf(flags);
      const request = await prepareStart({
        request: words.join(' '),
        repo: flags.repo,
        base: flags.base,
        root: flags.root,
        id: flags.id,
        packets: flags.packets,
        yes: flags.yes ?? false,
      });
      await withServer(home, async (server) => {
        const { feature } = request;
        await checkIdIsFree(server, home, feature);
        const runId = await startFeature(server, request);
        const link = webUiLink(server.settings, featureWorkflowId(feature), runId);
        if (flags.json && !flags.watch)
          printJson({
            feature,
            workflowId: featureWorkflowId(feature),
            runId,
            base: request.base,
            baseCommit: request.baseCommit,
            ...(request.root !== undefined && { root: request.root }),
            link,
          });
        else if (!flags.json) print(feature);
        say(
          `Started on ${request.base} at ${request.baseCommit.slice(0, 12)}${request.root ? `, in ${request.root}` : ''}${link ? `; Web UI: ${link}` : ''}`,
        );
        for (const { text } of request.doubts?.questions ?? [])
          say(`Asked before a design is paid for: ${text}`);
        const missing = await workerMissing(server.client);
        if (missing !== undefined) say(`Nothing will happen yet: ${missing}. The feature waits for it.`);
        if (flags.watch)
          process.exitCode = await watchFeature(server, {
            feature,
            home,
            json: flags.json ?? false,
            ask: true,
          });
        else say(`Follow it: baton watch ${feature}`);
      });
    });
};
