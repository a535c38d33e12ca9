import { isCancel, text } from '@clack/prompts';
import { firstLine } from '../../domain/error-text.ts';
import { featureWorkflowId } from '../../domain/ids.ts';
import { type FeatureStatus, SIGNALS, type Unblock } from '../../domain/messages.ts';
import { canAsk, say } from '../output.ts';
import { shellWord } from '../render/items.ts';
import { selfCommand } from '../self.ts';
import type { Server } from '../server/connection.ts';
import { look } from '../server/feature-lookup.ts';
import { userName } from '../start/start-feature.ts';
import type { ExampleAdvice } from './example.ts';

/** Who gives advice where the demo was told to take every recommended choice: nobody. */
const BY_ITSELF = 'the demo itself (--yes)';
const POLL_MS = 1_500;
const RPC_TIMEOUT_MS = 5_000;

/** Whether this is the moment for it: its packet's agent says that it is stuck, and the other packet has begun. */
export function isDue({ packet, when }: ExampleAdvice, { packets }: Pick<FeatureStatus, 'packets'>): boolean {
  const stuck = packets.find(({ id }) => id === packet);
  const other = packets.find(({ id }) => id === when.started);
  if (stuck?.status !== 'running' || !stuck.note?.includes(when.says)) return false;
  return other !== undefined && other.status !== 'waiting' && other.status !== 'dropped';
}

/** The commands by which anybody can give it. */
export function waysToAdvise(
  { packet, message }: ExampleAdvice,
  at: { readonly feature: string; readonly home: string; readonly address: string },
): string[] {
  const input = JSON.stringify({ packet, message, by: 'a person' });
  return [
    `${selfCommand()} unblock ${at.feature} ${packet} ${shellWord(message)} --home ${shellWord(at.home)}`,
    `or: temporal workflow signal --address ${at.address} --workflow-id ${featureWorkflowId(at.feature)} --name ${SIGNALS.unblock} --input ${shellWord(input)}`,
  ];
}

interface AdviserOptions {
  readonly server: Server;
  readonly feature: string;
  readonly home: string;
  readonly advice: readonly ExampleAdvice[];
  /** Give it without asking anybody. */
  readonly yes: boolean;
  /** Ends the waiting for an answer. */
  readonly signal: AbortSignal;
}

/** Gives an agent that is stuck the advice of the story, or has a person give it. */
export class Adviser {
  /** What was sent, in its order. */
  readonly sent: Unblock[] = [];
  private readonly handled = new Set<ExampleAdvice>();

  constructor(private readonly options: AdviserOptions) {}

  /** Looks whether advice is due. `freeScreen` makes room for what is said or asked. */
  async look(status: FeatureStatus, freeScreen: () => void): Promise<void> {
    for (const advice of this.options.advice) {
      if (this.handled.has(advice) || !isDue(advice, status)) continue;
      this.handled.add(advice);
      freeScreen();
      await this.give(advice);
    }
  }

  private async give(advice: ExampleAdvice): Promise<void> {
    const { feature, home, server, yes } = this.options;
    const { packet } = advice;
    if (yes) {
      say(
        `${packet} is stuck. The demo itself gives the advice that a person would (--yes): ${advice.message}`,
      );
      return this.send({ packet, message: advice.message, by: BY_ITSELF, automatic: true });
    }
    if (canAsk()) {
      const message = await this.ask(advice);
      if (message !== undefined) await this.send({ packet, message, by: userName() });
      return;
    }
    const ways = waysToAdvise(advice, { feature, home, address: server.settings.address });
    say([`${packet} is stuck, and waits for advice:`, ...ways.map((way) => `  ${way}`)].join('\n'));
  }

  private async send(advice: Unblock): Promise<void> {
    const { client } = this.options.server;
    const handle = client.workflow.getHandle(featureWorkflowId(this.options.feature));
    try {
      const deadline = Date.now() + RPC_TIMEOUT_MS;
      await client.withDeadline(deadline, () => handle.signal(SIGNALS.unblock, advice));
      this.sent.push(advice);
    } catch (error) {
      // Without it the agent asks by itself after a while.
      say(`The advice could not be sent: ${firstLine(error)}`);
    }
  }

  /** Undefined where it isn't wanted any more, or nobody wanted to give it. */
  private async ask(advice: ExampleAdvice): Promise<string | undefined> {
    const gone = new AbortController();
    const over = AbortSignal.any([gone.signal, this.options.signal]);
    const watch = setInterval(() => {
      this.stillDue(advice).then(
        (due) => due || gone.abort(),
        () => undefined,
      );
    }, POLL_MS);
    try {
      const answer = await text({
        message: `${advice.packet} is stuck: ${advice.when.says}. What do you advise? (Enter: the demo's advice)`,
        placeholder: advice.message,
        defaultValue: advice.message,
        signal: over,
      });
      if (!isCancel(answer)) return answer;
      if (gone.signal.aborted) say(`${advice.packet} does not wait for advice any more.`);
      // The prompt holds the keyboard, so its Ctrl-C reaches nobody else.
      else if (!this.options.signal.aborted) process.emit('SIGINT', 'SIGINT');
      return undefined;
    } finally {
      clearInterval(watch);
    }
  }

  private async stillDue(advice: ExampleAdvice): Promise<boolean> {
    const { server, home, feature } = this.options;
    const now = await look(server, home, feature);
    return now.kind === 'unanswered' || (now.kind === 'status' && isDue(advice, now.status));
  }
}
