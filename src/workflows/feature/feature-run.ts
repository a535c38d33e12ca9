import { CancellationScope, type ChildWorkflowHandle, condition, isCancellation } from '@temporalio/workflow';
import type { KnownRed } from '../../domain/checks.ts';
import type { Config } from '../../domain/config.ts';
import { hasFallback, personOf } from '../../domain/crew-config.ts';
import { featureWorkflowId, landedBranch } from '../../domain/ids.ts';
import type { FeatureRequest, RepositoryRef } from '../../domain/messages.ts';
import type { Landed, PacketOutcome, ReleaseOutcome } from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import { DEFAULT_ROLES, earliestPhase, type Phase, phaseOfKind } from '../../domain/phase.ts';
import { pullRequestText } from '../../domain/pull-request.ts';
import type { FeatureReport, Outcome } from '../../domain/report.ts';
import { homeRules } from '../home-calls.ts';
import { packetsBesideDesignMerge } from '../patches.ts';
import { Placement } from '../placement.ts';
import { Turns } from '../queue/queue-turn.ts';
import type { releaseWorkflow } from '../release/release.ts';
import { failureText, stopReason } from '../stopping.ts';
import { AttentionDesk } from './attention-desk.ts';
import { measureBaseline } from './baseline.ts';
import { PacketBoard } from './board/packet-board.ts';
import { DESIGNING, type DesignEnd, DesignStage } from './design-stage.ts';
import { FeatureBudget } from './feature-budget.ts';
import { registerFeatureHandlers } from './feature-handlers.ts';
import { FeatureState } from './feature-state.ts';
import { Gates } from './gates.ts';
import { Handoffs } from './handoffs.ts';
import { Landing } from './landing.ts';
import { PlanEdits } from './plan-edits.ts';
import { fixPacket, startRelease } from './release-child.ts';

/** One feature, from its request to its report. Reads as the phases do. */
export class FeatureRun {
  readonly ref: RepositoryRef;
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
  readonly turns = new Turns();
  readonly designer: DesignStage;
  readonly edits: PlanEdits;
  readonly budget: FeatureBudget;
  board: PacketBoard | undefined;
  release: ChildWorkflowHandle<typeof releaseWorkflow> | undefined;
  private gates: Gates | undefined;
  private landing: Landing | undefined;
  private readonly handoffs: Handoffs;
  /** Whether all implementation packets have ended, and context-002 is written. */
  private built: 'no' | 'handing-over' | 'handed-over' = 'no';
  /** Design and baseline, however they end. */
  private beginning: Promise<unknown> = Promise.resolve();
  /** What was red before anything was done, and a person chose to go on with. */
  private knownRed: Promise<readonly KnownRed[]> = Promise.resolve([]);
  private designMerged = false;
  private releases = 0;
  private fixes = 0;

  constructor(readonly request: FeatureRequest) {
    const { feature, repo, base, baseCommit } = request;
    this.ref = { feature, repo, base, baseCommit };
    this.state = new FeatureState(request);
    this.desk = new AttentionDesk(request.yes, () => this.state.show());
    this.state.desk = this.desk;
    const rules = () => homeRules(this.homeGone, 'any');
    this.placement = new Placement({ feature, rules, ask: (ask) => this.desk.ask(ask) });
    this.handoffs = new Handoffs({
      feature,
      state: this.state,
      placement: this.placement,
      role: (phase) => this.role(phase),
    });
    this.budget = new FeatureBudget({
      budget: () => this.state.config?.budget,
      spent: () => this.state.spent(),
      ask: (ask) => this.desk.ask(ask),
      decided: (stop) => (stop === undefined ? this.board?.bump() : this.board?.abandon(stop)),
    });
    this.designer = new DesignStage({
      ref: this.ref,
      request,
      reportTo: featureWorkflowId(feature),
      placement: this.placement,
      ask: (ask) => this.desk.ask(ask),
      ready: () => (this.config.budget === undefined ? this.ready() : this.readyToSpend()),
      activity: (text) => this.state.enter('design', text),
      otherAgent: () => hasFallback(this.config.crew.design),
      approval: () => this.config.approvals.design,
      checks: () => this.config.checks,
    });
    this.edits = new PlanEdits({
      desk: this.desk,
      board: () => this.board,
      edited: (edit, made) => {
        // What is built in addition is handed over again when it is there.
        if (this.built === 'handed-over' && edit.add.some(({ kind }) => kind === 'implementation'))
          this.built = 'no';
        this.state.edits.push(made);
        this.state.show();
      },
    });
    this.state.designer = this.designer;
    registerFeatureHandlers(this);
  }

  ready(): Promise<void> {
    return condition(() => !this.state.paused);
  }

  private async readyToSpend(): Promise<void> {
    await this.ready();
    await this.budget.ready();
    await this.ready();
  }

  async run(): Promise<FeatureReport> {
    this.state.show();
    const scope = new CancellationScope();
    try {
      const { outcome, reason } = await scope.run(() => this.work());
      return await this.finish(outcome, reason);
    } catch (error) {
      scope.cancel();
      const stop = stopReason(error);
      return await CancellationScope.nonCancellable(async () => {
        // The designer and the children end their agents and keep their work before the report is written.
        await this.beginning;
        await condition(() => (this.board?.entries.live ?? 0) === 0);
        await this.release?.result().catch(() => undefined);
        const report = await this.finish(
          stop === undefined ? 'cancelled' : 'stopped',
          stop ?? (isCancellation(error) ? undefined : failureText(error)),
        );
        if (stop !== undefined) return report;
        throw error;
      });
    }
  }

  private async work(): Promise<{ outcome: Outcome; reason?: string }> {
    await this.open();
    this.state.enter('design', DESIGNING);
    const design = await this.begin();
    if (design.kind === 'rejected') return { outcome: 'rejected', reason: design.why };
    await this.plan(design);
    for (;;) {
      await this.board?.run();
      await this.prove();
      const landed = await this.land();
      if (landed === undefined) continue;
      const release = await this.releaseOf(landed);
      if (release?.choice === 'retry' || release?.choice === 'fix') {
        if (release.choice === 'fix') this.fix(release);
        continue;
      }
      if (release === undefined) return { outcome: 'landed' };
      if (release.outcome === 'rolled-out') return { outcome: 'rolled-out' };
      // A release that failed before it had traffic was not rolled back: a person chose to stop there.
      const outcome = release.outcome === 'failed' ? 'stopped' : 'rolled-back';
      return { outcome, reason: release.problems.join('; ') };
    }
  }

  /** The design, with the baseline beside it: nothing is merged before the base was measured. */
  private async begin(): Promise<DesignEnd> {
    const scope = new CancellationScope();
    const baseline = scope.run(() => measureBaseline(this));
    const designer = this.designer.run(baseline);
    this.knownRed = baseline;
    this.beginning = Promise.allSettled([designer, baseline]);
    // A red base that a person stops at ends the design; a rejected design doesn't wait for the base.
    const design = await Promise.race([designer, baseline.then(() => designer)]);
    if (design.kind === 'rejected') {
      scope.cancel();
      await this.beginning;
    }
    return design;
  }

  private get config() {
    const { config } = this.state;
    if (config === undefined) throw new Error('the configuration has not been read yet');
    return config;
  }

  private async open(): Promise<void> {
    const opened = await this.placement.call('open the repository', (activities, place) =>
      activities.openFeature({ ...this.ref, place }),
    );
    this.state.config = opened.config;
    this.state.repositoryKey = opened.repositoryKey;
  }

  /** Undefined until the configuration is read, and where it was read before there was such a key. */
  private get homeGone(): number | undefined {
    const config: Partial<Config> | undefined = this.state.config;
    return config?.homes?.gone;
  }

  private async plan(approved: Extract<DesignEnd, { kind: 'approved' }>): Promise<void> {
    const { design, packets, files } = approved;
    const merging = this.mergeDesign(approved);
    this.beginning = Promise.allSettled([this.beginning, merging]);
    if (!packetsBesideDesignMerge()) await merging;
    await this.handoffs.design(design, files);
    const { leftBehind } = this.state;
    this.board = new PacketBoard({
      ref: { ...this.ref, ...(leftBehind.length > 0 && { leftBehind }) },
      request: this.request.request,
      concurrency: this.config.concurrency,
      knownRed: approved.knownRed,
      homeGone: this.homeGone,
      head: () => this.state.head,
      handoff: () => this.state.handoffs.at(-1) ?? null,
      paused: () => this.state.paused,
      roleOf: (packet) => packet.role ?? this.role(phaseOfKind(packet.kind)),
      otherAgent: ({ kind }) => hasFallback(this.config.crew[phaseOfKind(kind)]),
      person: ({ kind }) => personOf(this.config.crew[phaseOfKind(kind)]),
      budgeted: this.config.budget !== undefined,
      mayRun: () => this.budget.mayRun(),
      ask: (ask) => this.desk.ask(ask),
      ended: (packet, outcome) => this.ended(packet, outcome),
      // What was built is being measured for its testers; everybody else may go on beside that.
      mayStart: ({ kind }) => kind !== 'test' || this.built !== 'handing-over',
      mayMerge: () => this.designMerged,
      mayEnd: () => this.designMerged && this.built !== 'handing-over',
      changed: () => this.state.show(),
    });
    this.state.board = this.board.view;
    this.board.add(packets);
    this.state.enter(earliestPhase(packets), 'packets are worked on');
    const { board } = this;
    merging.then(
      () => board.bump(),
      (error: unknown) => board.abandon(error),
    );
  }

  /** The design is the first merge. Agents already work on its commit, which is what lands on an untouched branch. */
  private async mergeDesign(approved: Extract<DesignEnd, { kind: 'approved' }>): Promise<void> {
    this.state.head = approved.commit;
    const { merge } = await this.designer.merge(approved);
    this.state.head = merge.new;
    this.state.tree = merge.tree;
    this.designMerged = true;
  }

  private ended(packet: Packet, { merge, tests }: PacketOutcome): void {
    if (merge !== undefined) {
      this.state.head = merge.new;
      this.state.tree = merge.tree;
      this.state.tests = tests ?? this.state.tests;
    }
    if (
      packet.kind !== 'implementation' ||
      this.built !== 'no' ||
      !this.board?.entries.allEnded(['implementation'])
    )
      return;
    this.built = 'handing-over';
    this.state.enter('test', 'testing, and preparing the deployment beside it');
    this.handOver().catch((error: unknown) => this.board?.abandon(error));
  }

  /** The test agent's context is what was really built, so coverage is measured before it starts. */
  private async handOver(): Promise<void> {
    const gates = this.theGates();
    if ('coverage' in this.config.gates) await gates.measure('coverage');
    await this.handoffs.implementation(gates.all());
    this.built = 'handed-over';
    this.board?.bump();
  }

  private theGates(): Gates {
    this.gates ??= new Gates({
      ref: this.ref,
      config: this.config,
      placement: this.placement,
      head: () => this.state.head,
      ask: (ask) => this.desk.ask(ask),
      ready: () => this.ready(),
      measured: (results) => {
        this.state.gates = results;
        this.state.show();
      },
      work: async (packet, reason, files) => {
        this.board?.add([packet], { reason, files });
        await this.board?.run();
      },
    });
    return this.gates;
  }

  /** Every gate met on the commit that will land. */
  private async prove(): Promise<void> {
    this.state.enter('test', 'measuring the quality gates');
    const gates = this.theGates();
    await gates.pass();
    this.state.gates = gates.all();
    await this.handoffs.testing(gates.all());
  }

  /** Undefined: mended for a base that moved, so what is to land has changed. */
  private async land(): Promise<Landed | undefined> {
    this.state.enter('deploy', 'landing');
    const landed = await this.theLanding().land();
    if (landed === undefined) return undefined;
    this.state.landed = landed;
    this.state.tree = landed.tree;
    return landed;
  }

  private theLanding(): Landing {
    this.landing ??= new Landing({
      ref: this.ref,
      mode: this.config.land,
      placement: this.placement,
      head: () => this.state.head,
      tree: () => this.state.tree ?? '',
      knownRed: () => this.knownRed,
      request: this.request.request,
      merged: () => this.state.landedWork(),
      unmetGates: (commit) => this.theGates().unmetOn(commit),
      ask: (ask) => this.desk.ask(ask),
      inTurn: (work) => this.turns.hold(`landing:${this.state.repositoryKey}:${this.ref.base}`, work),
      mend: async (packet, start, reason, files) => {
        // Nothing is moved: only this packet begins there.
        this.board?.add([packet], { reason, files, start });
        await this.board?.run();
        return this.state.outcomes().some((one) => one.packet === packet.id && one.status === 'merged');
      },
      measured: (tests) => {
        this.state.tests = tests ?? this.state.tests;
      },
      pullRequest: async (commit) =>
        pullRequestText({
          report: this.state.buildReport('landed'),
          packets: this.board?.view.packets ?? [],
          checks: this.config.checks,
          knownRed: await this.knownRed,
          base: this.ref.base,
          baseCommit: this.ref.baseCommit,
          branch: landedBranch(this.ref.feature),
          commit,
        }),
    });
    return this.landing;
  }

  private async releaseOf(landed: Landed): Promise<ReleaseOutcome | undefined> {
    const { commit } = landed;
    const { release } = this.config;
    let outcome: ReleaseOutcome | undefined;
    if (release?.staging !== undefined || release?.production !== undefined) {
      this.releases += 1;
      this.state.enter('deploy', 'releasing');
      this.release = await startRelease({
        ref: this.ref,
        commit,
        attempt: this.releases,
        ask: this.config.approvals.release === 'ask',
        release,
        repositoryKey: this.state.repositoryKey,
        place: await this.placement.place(),
        paused: this.state.paused,
        ...(this.homeGone !== undefined && { homeGone: this.homeGone }),
      });
      outcome = await this.release.result();
      this.state.release = outcome;
    }
    await this.handoffs.complete(outcome, landed);
    return outcome;
  }

  /** A packet that mends what production showed. */
  private fix(release: ReleaseOutcome): void {
    this.fixes += 1;
    this.board?.add([fixPacket(this.fixes, release)], {
      reason: `The canary was bad and was taken back: ${release.problems.join('; ')}`,
    });
  }

  private role(phase: Phase): string {
    return this.config.crew[phase].role ?? DEFAULT_ROLES[phase];
  }

  private async finish(outcome: Outcome, reason?: string): Promise<FeatureReport> {
    this.desk.close();
    this.state.enter('done', outcome);
    const report = this.state.buildReport(outcome, reason);
    this.state.report = report;
    this.state.show();
    // Nobody is asked any more: the result has the report, and the reaper cleans up once more.
    await this.placement.attempt('save the report and clean up', async (activities, place) => {
      await activities.cleanUp({ ...this.ref, place }).catch(() => undefined);
      await activities.saveReport({ place, report });
    });
    return report;
  }
}
