import type { Command } from 'commander';
import type { AttentionItem } from '../../domain/attention.ts';
import { QUERIES } from '../../domain/messages.ts';
import { counted } from '../../domain/plan-words.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homeOption } from '../options.ts';
import { canAsk, print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { showPlan } from '../plan/show-plan.ts';
import { decideCommand, itemLines } from '../render/items.ts';
import { type Server, withServer } from '../server/connection.ts';
import { sendDecision } from '../server/decisions.ts';
import { inTurns, runningFeatures } from '../server/feature-list.ts';
import { query } from '../server/feature-lookup.ts';
import { workerMissing } from '../server/task-queue.ts';
import { webUiList } from '../server/web-ui.ts';
import { knowsSearchAttributes, userName } from '../start/start-feature.ts';
import { askItem } from '../watch/ask-item.ts';

interface Flags {
  readonly json?: boolean;
  readonly ask: boolean;
  readonly by?: string;
  readonly home?: string;
}

/** An item, and the feature that asks. */
type Asked = AttentionItem & { readonly feature: string };

/** `baton inbox`: what waits for a person, over all running features. */
export const registerInbox = (program: Command): void => {
  program
    .command('inbox')
    .description('open questions of all running features, the oldest first; answers them in a terminal')
    .option('--no-ask', 'show them, ask none')
    .option('--by <name>', 'who decides (default: your user name)')
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (flags: Flags) => {
      await withServer(homeOf(flags), async (server) => {
        const features = await runningFeatures(server);
        const missing = features.length === 0 ? undefined : await workerMissing(server.client);
        const found = await inTurns(missing === undefined ? features : [], async (feature) => {
          const answer = await query<AttentionItem[]>(server.client, feature, QUERIES.attention);
          return { feature, items: 'value' in answer ? answer.value : undefined };
        });
        const silent = missing === undefined ? found.filter(({ items }) => items === undefined) : features;
        if (silent.length > 0)
          say(
            `${counted(silent.length, 'running feature')} could not be asked${missing === undefined ? '' : `: ${missing}`}`,
          );
        const items = found
          .flatMap(({ feature, items = [] }) => items.map((item) => ({ feature, ...item })))
          .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
        if (flags.json) return printJson(items);
        const options = { style: styleFor(process.stdout), width: screenWidth(), now: Date.now() };
        const asks = flags.ask && canAsk();
        for (const item of items) {
          const hints = () => (asks ? [] : [decideCommand(item.feature, item)]);
          print(
            [options.style.blue(oneLine(item.feature)), ...itemLines(item, { ...options, hints }), ''].join(
              '\n',
            ),
          );
          if (asks && !(await answerInPlace(server, item, flags.by ?? userName()))) break;
        }
        const link = webUiList(server.settings, 'waiting');
        if (items.length > 0 && link !== undefined && (await knowsSearchAttributes(server)))
          say(options.style.dim(`Web UI: ${link}`));
        if (items.length === 0 && silent.length === 0) say('Nothing waits for a decision.');
      });
    });
};

/** Asks an item on the spot; false: the person has enough. */
async function answerInPlace(server: Server, asked: Asked, by: string): Promise<boolean> {
  const { feature, ...item } = asked;
  for (;;) {
    const answer = await askItem(item, by, new AbortController().signal);
    if (answer.kind === 'interrupted') return false;
    if (answer.kind === 'show-plan') {
      await showPlan(server, feature);
      continue;
    }
    if (answer.kind !== 'decision') return true;
    const sent = await sendDecision(server, feature, answer.decision);
    if (sent.kind === 'refused') say(`Not taken: ${sent.why}`);
    if (sent.kind === 'signalled')
      say(`Sent as a signal, since ${sent.why}: it holds as soon as a worker is there.`);
    return true;
  }
}
