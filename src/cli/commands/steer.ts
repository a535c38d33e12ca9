import { WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { featureWorkflowId } from '../../domain/ids.ts';
import { type FeatureStatus, QUERIES, SIGNALS, type Unblock } from '../../domain/messages.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { say } from '../output.ts';
import { type Server, withServer } from '../server/connection.ts';
import { endedOrUnknown } from '../server/decisions.ts';
import { checkFeatureId, describeFeature, query, within } from '../server/feature-lookup.ts';
import { signalFeature } from '../server/signal-feature.ts';
import { workerMissing } from '../server/task-queue.ts';
import { userName } from '../start/start-feature.ts';

const RPC_TIMEOUT_MS = 5_000;

interface Flags {
  readonly by?: string;
  readonly home?: string;
}

/** Sends a message to a feature that runs; says so where nobody is there to take it yet. */
async function send(server: Server, feature: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await within(server.client, RPC_TIMEOUT_MS, call);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandError(`Not sent: ${await endedOrUnknown(server, feature)}.`);
  }
  const missing = await workerMissing(server.client);
  if (missing !== undefined) say(`It is kept until a worker takes it: ${missing}.`);
}

/** @throws CommandError where the feature has ended, or was never there */
async function assertRuns(server: Server, feature: string): Promise<void> {
  const known = await describeFeature(server.client, feature);
  if (known?.status.name === 'RUNNING') return;
  throw new CommandError(`Nothing to cancel: ${await endedOrUnknown(server, feature)}.`);
}

/** Why a message was dropped, where it was. */
async function droppedReason(server: Server, feature: string, sentAt: number): Promise<string | undefined> {
  if ((await workerMissing(server.client)) !== undefined) return undefined;
  const answer = await query<FeatureStatus>(server.client, feature, QUERIES.status).catch(() => undefined);
  if (!answer || !('value' in answer)) return undefined;
  // The server's clock may be a little behind this one.
  return answer.value.dropped.findLast(
    ({ signal, at }) => signal === SIGNALS.unblock && Date.parse(at) >= sentAt - 2_000,
  )?.reason;
}

/** `baton unblock`, `pause`, `resume` and `cancel`. */
export const registerSteering = (program: Command): void => {
  program
    .command('unblock')
    .description("give a packet's agent advice that it did not ask for")
    .argument('<feature>', 'id of the feature')
    .argument('<packet>', 'id of the packet, or `design`')
    .argument('<message...>', 'the advice')
    .option('--by <name>', 'who gives it (default: your user name)')
    .addOption(homeOption())
    .action(async (feature: string, packet: string, words: string[], flags: Flags) => {
      checkFeatureId(feature);
      const advice: Unblock = { packet, message: words.join(' '), by: flags.by ?? userName() };
      await withServer(homeOf(flags), async (server) => {
        const sentAt = Date.now();
        await send(server, feature, () => signalFeature(server, feature, 'unblock', advice));
        const reason = await droppedReason(server, feature, sentAt);
        if (reason !== undefined) throw new CommandError(`Not taken: ${reason}.`);
        say(`Sent to ${packet}: it reaches the agent at its next safe point.`);
      });
    });
  for (const [name, what, confirmation] of STEPS)
    program
      .command(name)
      .description(what)
      .argument('<feature>', 'id of the feature')
      .addOption(homeOption())
      .action(async (feature: string, flags: Flags) => {
        checkFeatureId(feature);
        await withServer(homeOf(flags), async (server) => {
          const handle = server.client.workflow.getHandle(featureWorkflowId(feature));
          // The server takes the cancellation of an ended workflow without a word.
          if (name === 'cancel') await assertRuns(server, feature);
          await send(server, feature, () =>
            name === 'cancel' ? handle.cancel() : signalFeature(server, feature, name),
          );
          say(confirmation(feature));
        });
      });
};

const STEPS = [
  [
    'pause',
    'no new agent runs and no traffic shifts; what runs ends',
    (feature: string) => `Pausing: what runs ends, nothing new begins. Go on with: baton resume ${feature}`,
  ],
  ['resume', 'go on after a pause', (feature: string) => `Going on. Follow it: baton watch ${feature}`],
  [
    'cancel',
    'end a feature: its agents are stopped, their branches are kept',
    (feature: string) => `Cancelling: it cleans up, then reports. Follow it: baton watch ${feature}`,
  ],
] as const;
