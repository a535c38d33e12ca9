import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { AttentionItem } from '../../domain/attention.ts';
import { firstLine } from '../../domain/error-text.ts';
import { forecast } from '../../domain/forecast.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { exitCodeOf, type FeatureReport } from '../../domain/report.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { canAsk, print, say, screenWidth, styleFor } from '../output.ts';
import { planStatus } from '../plan/edit-plan.ts';
import { decideCommand } from '../render/items.ts';
import { planLines } from '../render/plan.ts';
import { planDetailLines } from '../render/plan-details.ts';
import type { Server } from '../server/connection.ts';
import { sendDecision } from '../server/decisions.ts';
import { look, type Snapshot } from '../server/feature-lookup.ts';
import { userName } from '../start/start-feature.ts';
import { askItem } from './ask-item.ts';
import { liveDetails } from './live-details.ts';
import { jsonScreen, liveScreen, plainScreen, type Screen } from './screens.ts';

/** Often enough to look live; a query costs the worker a few milliseconds. */
const POLL_MS = 700;
/** While nothing changes. */
const SLOW_POLL_MS = 2_000;
const CALM_AFTER_MS = 30_000;

export interface WatchOptions {
  readonly feature: string;
  readonly home: string;
  readonly json: boolean;
  /** Ask open items in the terminal, where there is one. */
  readonly ask: boolean;
  /** How to decide an item, told where nobody is asked. */
  readonly hints?: (item: AttentionItem) => readonly string[];
  /** Ends the watching, not the feature; without it Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Told every status once it is shown; `freeScreen` makes room for what it says or asks below. */
  readonly onStatus?: (status: FeatureStatus, freeScreen: () => void) => Promise<void>;
  readonly onReport?: (report: FeatureReport) => void;
}

/** Shows a feature until it ends, and answers the exit code of its outcome. Ctrl-C detaches, never cancels. */
export async function watchFeature(server: Server, options: WatchOptions): Promise<number> {
  const detach = new AbortController();
  const interrupt = () => detach.abort();
  if (options.signal) options.signal.addEventListener('abort', interrupt, { once: true });
  else process.once('SIGINT', interrupt);
  try {
    return await new Watch(server, options, detach).run();
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    process.off('SIGINT', interrupt);
  }
}

class Watch {
  private readonly asks: boolean;
  private readonly screen: Screen;
  private readonly postponed = new Set<string>();
  private seen = '';
  private changedAt = Date.now();

  constructor(
    private readonly server: Server,
    private readonly options: WatchOptions,
    private readonly detach: AbortController,
  ) {
    const { feature } = options;
    this.asks = options.ask && !options.json && canAsk();
    const hints = options.hints ?? ((item: AttentionItem) => [decideCommand(feature, item)]);
    if (options.json) this.screen = jsonScreen();
    else this.screen = process.stdout.isTTY ? liveScreen(this.asks ? () => [] : hints) : plainScreen(hints);
  }

  async run(): Promise<number> {
    const { signal } = this.detach;
    while (!signal.aborted) {
      const snapshot = await this.look();
      if (snapshot?.kind === 'report') return this.end(snapshot.report);
      if (snapshot?.kind === 'ended') {
        this.screen.release();
        throw new CommandError(
          `The feature "${this.options.feature}" has ended (${snapshot.state}) without a report` +
            `${snapshot.why ? `: ${snapshot.why}` : ''}.`,
          EXIT.foundWanting,
        );
      }
      if (snapshot?.kind === 'status') await this.show(snapshot.status);
      const calm = Date.now() - this.changedAt > CALM_AFTER_MS;
      await sleep(calm ? SLOW_POLL_MS : POLL_MS, undefined, { signal }).catch(() => undefined);
    }
    this.screen.release();
    const { feature } = this.options;
    if (!this.options.signal)
      say(`Detached. The feature goes on by itself; come back with: baton watch ${feature}`);
    return EXIT.interrupted;
  }

  /** Undefined while nobody answers: servers and workers come back. */
  private async look(): Promise<Snapshot | undefined> {
    try {
      const snapshot = await look(this.server, this.options.home, this.options.feature);
      if (snapshot.kind !== 'unanswered') this.screen.trouble(undefined);
      else if (snapshot.worker)
        this.screen.trouble(`the worker does not answer (${snapshot.why}); trying again`);
      else this.screen.trouble(`${snapshot.why}; waiting for one`);
      return snapshot;
    } catch (error) {
      if (error instanceof CommandError) throw error;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      if (!isGrpcServiceError(cause)) throw error;
      const { address } = this.server.settings;
      this.screen.trouble(`the server at ${address} does not answer (${firstLine(cause)}); trying again`);
      return undefined;
    }
  }

  private async show(status: FeatureStatus): Promise<void> {
    const live = this.screen.wantsLive ? await liveDetails(this.server, status) : [];
    // The running phase's time is another at every look.
    const now = JSON.stringify({ ...status, phaseMs: undefined, live });
    if (now !== this.seen) {
      this.seen = now;
      this.changedAt = Date.now();
      // What is asked below the screen would stand there twice.
      const left = status.attention.filter(({ id }) => !this.asks || this.postponed.has(id));
      this.screen.show({ ...status, attention: left }, live);
    }
    await this.options.onStatus?.(status, () => this.freeScreen());
    const item = this.asks ? status.attention.find(({ id }) => !this.postponed.has(id)) : undefined;
    if (item && !this.detach.signal.aborted) await this.ask(item);
  }

  private freeScreen(): void {
    this.screen.release();
    this.seen = '';
  }

  private async ask(item: AttentionItem): Promise<void> {
    this.freeScreen();
    const gone = new AbortController();
    const watching = this.abortWhenDecided(item, gone);
    const asked = await askItem(item, userName(), gone.signal);
    gone.abort();
    await watching;
    if (asked.kind === 'interrupted') this.detach.abort();
    if (asked.kind === 'show-plan') await this.showPlan();
    if (asked.kind === 'later') this.postponed.add(item.id);
    if (asked.kind === 'gone') say(`${item.id} was decided elsewhere.`);
    if (asked.kind !== 'decision') return;
    const sent = await sendDecision(this.server, this.options.feature, asked.decision);
    if (sent.kind === 'refused') say(`Not taken: ${sent.why}`);
    if (sent.kind === 'signalled') {
      say(`Sent as a signal, since ${sent.why}: it holds as soon as a worker is there.`);
      this.postponed.add(item.id);
    }
  }

  /** All that is approved, above the question, which is asked again at the next look. */
  private async showPlan(): Promise<void> {
    const plan = await planStatus(this.server, this.options.feature);
    const packets = plan.packets.map(({ packet }) => packet);
    const options = { style: styleFor(process.stdout), width: screenWidth() };
    const drawn = forecast(packets, plan.concurrency);
    print(
      planLines(drawn, { ...options, title: `Plan of ${this.options.feature}, to be approved` }).join('\n'),
    );
    print(planDetailLines({ packets, slots: plan.concurrency, ...plan.proposed }, options).join('\n'));
    say(`Change it in your editor: baton plan ${this.options.feature} --edit\n`);
  }

  private async abortWhenDecided(item: AttentionItem, gone: AbortController): Promise<void> {
    const stop = () => gone.abort();
    this.detach.signal.addEventListener('abort', stop, { once: true });
    while (!gone.signal.aborted) {
      await sleep(POLL_MS * 2, undefined, { signal: gone.signal }).catch(() => undefined);
      if (gone.signal.aborted) break;
      const now = await look(this.server, this.options.home, this.options.feature).catch(() => undefined);
      const open = now?.kind !== 'status' || now.status.attention.some(({ id }) => id === item.id);
      if (now !== undefined && now.kind !== 'unanswered' && (!open || now.kind !== 'status')) gone.abort();
    }
    this.detach.signal.removeEventListener('abort', stop);
  }

  private end(report: FeatureReport): number {
    this.screen.report(report);
    this.options.onReport?.(report);
    return exitCodeOf(report.outcome);
  }
}
