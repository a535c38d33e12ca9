import type { Command } from 'commander';
import type { AttentionItem, Decision } from '../../domain/attention.ts';
import { QUERIES } from '../../domain/messages.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { printJson, say } from '../output.ts';
import { type Server, withServer } from '../server/connection.ts';
import { endedOrUnknown, sendDecision } from '../server/decisions.ts';
import { checkFeatureId, describeFeature, query } from '../server/feature-lookup.ts';
import { userName } from '../start/start-feature.ts';

interface Flags {
  readonly note?: string;
  readonly by?: string;
  readonly json?: boolean;
  readonly home?: string;
}

const RETRY = 'retry';

/** `baton retry`: has a feature try again what it asks about. */
export const registerRetry = (program: Command): void => {
  program
    .command('retry')
    .description('try again what a feature, or one of its packets, asks about')
    .argument('<feature>', 'id of the feature')
    .argument('[packet]', 'id of the packet')
    .option('--note <text>', 'what the agent should know')
    .option('--by <name>', 'who decides (default: your user name)')
    .option('--json', 'one JSON document: what became of it')
    .addOption(homeOption())
    .action(async (feature: string, packet: string | undefined, flags: Flags) => {
      checkFeatureId(feature);
      await withServer(homeOf(flags), async (server) => {
        const item = await itemToRetry(server, feature, packet);
        const decision: Decision = {
          item: item.id,
          choice: RETRY,
          ...(flags.note !== undefined && { note: flags.note }),
          by: flags.by ?? userName(),
        };
        const sent = await sendDecision(server, feature, decision);
        if (sent.kind === 'refused') throw new CommandError(`Refused: ${sent.why}.`);
        if (flags.json) return printJson(sent);
        say(
          sent.kind === 'taken'
            ? `${item.id}: tried again. Follow it: baton watch ${feature}`
            : `${item.id}: sent as a signal, since ${sent.why}.`,
        );
      });
    });
};

/** The one open item that can be tried again. @throws CommandError where there is none, or more than one */
async function itemToRetry(
  server: Server,
  feature: string,
  packet: string | undefined,
): Promise<AttentionItem> {
  const known = await describeFeature(server.client, feature);
  if (known?.status.name !== 'RUNNING')
    throw new CommandError(
      `Nothing to try again: ${await endedOrUnknown(server, feature)}.\nBegin it once more: baton rewind ${feature} --before design --fork NEW-ID`,
    );
  const answer = await query<AttentionItem[]>(server.client, feature, QUERIES.attention);
  if ('unanswered' in answer)
    throw new CommandError(`The feature "${feature}" doesn't tell its questions: ${answer.unanswered}`);
  return choose(feature, packet, answer.value);
}

/** Which of the open items is meant. @throws CommandError as above */
export function choose(
  feature: string,
  packet: string | undefined,
  open: readonly AttentionItem[],
): AttentionItem {
  const asked = open.filter((item) => packet === undefined || item.packet === packet);
  const found = asked.filter(({ options }) => options.includes(RETRY));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const of = packet === undefined ? feature : `packet ${packet} of ${feature}`;
  if (one !== undefined)
    throw new CommandError(
      `Several questions of ${of} offer a retry: name a packet, or decide one of them:\n${found.map(({ id }) => `  baton decide ${feature} ${oneLine(id)} ${RETRY}`).join('\n')}`,
    );
  const others = asked.map(({ id, options }) => `  ${oneLine(id)}: ${options.map(oneLine).join(', ')}`);
  throw new CommandError(
    others.length > 0
      ? `Nothing that ${of} asks offers a retry. Open:\n${others.join('\n')}`
      : `${of} asks nothing, so there is nothing to try again. A packet that waits for a provider goes on at once by: baton unblock ${feature} ${packet ?? 'PACKET'} "go on"`,
  );
}
