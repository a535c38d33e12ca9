import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { AttentionItem, Decision } from '../../domain/attention.ts';
import { firstLine } from '../../domain/error-text.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { exitCodeOf, type FeatureReport } from '../../domain/report.ts';
import { oneLine } from '../../domain/visible.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { canAsk, print, say, screenWidth, styleFor } from '../output.ts';
import { showPlan } from '../plan/show-plan.ts';
import { decideCommand, itemLines } from '../render/items.ts';
import type { Server } from '../server/connection.ts';
import { sendDecision } from '../server/decisions.ts';
import { look, type Snapshot } from '../server/feature-lookup.ts';
import { serverTrouble } from '../server/server-trouble.ts';
import { userName } from '../start/start-feature.ts';
import { LiveQuestion } from './ask-live.ts';
import { liveDetails } from './live-details.ts';
import { type AskOutcome, promptLines } from './live-prompt.ts';
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
  private open: readonly AttentionItem[] = [];
  /** The one that is asked now. */
  private question: LiveQuestion | undefined;
  private answering: Promise<void> | undefined;
  private failure: unknown;

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
    try {
      return await this.untilEnd(signal);
    } finally {
      await this.endQuestion();
    }
  }

  /** The keyboard is given back, however the watching ends. */
  private async endQuestion(): Promise<void> {
    this.question?.gone();
    await this.answering;
  }

  private async untilEnd(signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const snapshot = await this.look();
      if (snapshot?.kind === 'report') {
        await this.endQuestion();
        return this.end(snapshot.report);
      }
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
    if (this.failure !== undefined) throw this.failure;
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
      const { settings } = this.server;
      const known = await serverTrouble(settings, this.options.home, cause);
      this.screen.trouble(
        known === undefined
          ? `the server at ${settings.address} does not answer (${firstLine(cause)}); trying again`
          : `${firstLine(known)} Trying again`,
      );
      return undefined;
    }
  }

  private async show(status: FeatureStatus): Promise<void> {
    const live = await liveDetails(this.server, status);
    // The running phase's time is another at every look.
    const now = JSON.stringify({ ...status, phaseMs: undefined, live });
    const isNew = now !== this.seen;
    if (isNew) {
      this.seen = now;
      this.changedAt = Date.now();
    }
    this.open = status.attention;
    const asked = this.question?.item.id;
    if (asked !== undefined && !status.attention.some(({ id }) => id === asked)) this.question?.gone();
    // What is asked below the screen would stand there twice.
    const left = status.attention.filter(({ id }) => !this.asks || this.postponed.has(id));
    // How long something has gone on is another at every look; lines that are appended are only told what is new.
    if (isNew || this.screen.ticks) this.screen.show({ ...status, attention: left }, live);
    this.question?.redraw();
    await this.options.onStatus?.(status, () => this.freeScreen());
    const item = this.asks ? status.attention.find(({ id }) => !this.postponed.has(id)) : undefined;
    if (item && this.question === undefined && !this.detach.signal.aborted) this.ask(item);
  }

  private freeScreen(): void {
    this.screen.release();
    this.seen = '';
  }

  /** Puts the question above the screen, which goes on, and its answer below. */
  private ask(item: AttentionItem): void {
    this.screen.wipe();
    this.seen = '';
    const style = styleFor(process.stdout);
    // The last empty one ends the line before it.
    print([...itemLines(item, { style, width: screenWidth() }), '', ''].join('\n'));
    const question = new LiveQuestion(item, userName(), (state) => {
      const waiting = this.open.filter(({ id }) => id !== item.id && !this.postponed.has(id));
      this.screen.below(promptLines(item, state, { style, width: screenWidth(), waiting }));
    });
    this.question = question;
    this.answering = question.outcome
      .then((outcome) => this.answered(item, outcome))
      .catch((error: unknown) => {
        this.failure = error;
        this.detach.abort();
      });
  }

  private async answered(item: AttentionItem, asked: AskOutcome): Promise<void> {
    this.screen.below(undefined);
    if (asked.kind === 'interrupted') return this.detach.abort();
    this.screen.wipe();
    this.seen = '';
    try {
      if (asked.kind === 'show-plan') await showPlan(this.server, this.options.feature);
      if (asked.kind === 'later') this.postponed.add(item.id);
      if (asked.kind === 'gone') say(`${item.id} was decided elsewhere, or is no more.`);
      if (asked.kind === 'decision') await this.send(item, asked.decision);
    } finally {
      this.question = undefined;
    }
  }

  private async send(item: AttentionItem, decision: Decision): Promise<void> {
    const sent = await sendDecision(this.server, this.options.feature, decision);
    if (sent.kind === 'taken') say(`${item.id}: ${oneLine(decision.choice)}\n`);
    if (sent.kind === 'refused') say(`Not taken: ${sent.why}`);
    if (sent.kind === 'signalled')
      say(`Sent as a signal, since ${sent.why}: it holds as soon as a worker is there.`);
    // Taken by now, though the next look may still show it.
    if (sent.kind !== 'refused') this.postponed.add(item.id);
  }

  private end(report: FeatureReport): number {
    this.screen.report(report);
    this.options.onReport?.(report);
    return exitCodeOf(report.outcome);
  }
}
