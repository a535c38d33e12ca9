import {
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { fullHistory } from '../../domain/limits.ts';
import type { FeatureRequest } from '../../domain/messages.ts';
import type { Landed, PacketOutcome, ReleaseOutcome } from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import { earliestPhase } from '../../domain/phase.ts';
import type { MadePlanEdit, PlanEdit } from '../../domain/plan-edit.ts';
import type { FeatureReport, Outcome } from '../../domain/report.ts';
import { childrenById, endsBeforeFull, packetsBesideDesignMerge } from '../patches.ts';
import type { Placement } from '../placement.ts';
import { Turns } from '../queue/queue-turn.ts';
import type { releaseWorkflow } from '../release/release.ts';
import { failureText, stopped, stopReason } from '../stopping.ts';
import { AttentionDesk } from './attention-desk.ts';
import { measureBaseline } from './baseline.ts';
import type { PacketBoard } from './board/packet-board.ts';
import { untilEnded } from './children.ts';
import { DESIGNING, type DesignEnd, DesignStage } from './design-stage.ts';
import { type Assembly, assemble, featurePlacement } from './feature-assembly.ts';
import { FeatureBudget } from './feature-budget.ts';
import { registerFeatureHandlers } from './feature-handlers.ts';
import { FeatureState } from './feature-state.ts';
import { PlanEdits } from './plan-edits.ts';
import { Proposal } from './proposal.ts';
import { ReleaseBefore } from './release-before.ts';
import { fixPacket, showed, startRelease } from './release-child.ts';

/** One feature, from its request to its report. Reads as the phases do. */
export class FeatureRun {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
  readonly turns = new Turns();
  readonly proposal: Proposal;
  readonly designer: DesignStage;
  readonly edits: PlanEdits;
  readonly budget: FeatureBudget;
  /** Once there are packets. */
  board: PacketBoard | undefined;
  release: ChildWorkflowHandle<typeof releaseWorkflow> | undefined;
  readonly releaseBefore: ReleaseBefore;
  private assembly: Assembly | undefined;
  /** Whether all implementation packets have ended, and context-002 is written. */
  private built: 'no' | 'writing-handoff' | 'handoff-written' = 'no';
  /** Design and baseline, however they end. */
  private beginning: Promise<unknown> = Promise.resolve();
  private designMerged = false;
  private releases = 0;
  private fixes = 0;

  constructor(request: FeatureRequest) {
    const state = new FeatureState(request);
    const desk = new AttentionDesk(request, () => state.show());
    this.state = state;
    this.desk = desk;
    this.placement = featurePlacement(state, desk);
    this.releaseBefore = new ReleaseBefore({ state, desk });
    this.budget = new FeatureBudget({
      state,
      desk,
      decided: (stop) => (stop === undefined ? this.board?.bump() : this.board?.abandon(stop)),
    });
    this.proposal = new Proposal({ state, desk });
    this.designer = new DesignStage(this);
    this.edits = new PlanEdits({
      desk,
      proposal: this.proposal,
      board: () => this.board,
      edited: (edit, made) => this.edited(edit, made),
    });
    state.desk = desk;
    state.designer = this.designer;
    state.plan = this.edits;
    registerFeatureHandlers(this);
  }

  async run(): Promise<FeatureReport> {
    this.state.show();
    const scope = new CancellationScope();
    try {
      const { outcome, reason } = await this.untilFull(scope);
      return await this.finish(outcome, reason);
    } catch (error) {
      scope.cancel();
      const stop = stopReason(error);
      return await CancellationScope.nonCancellable(async () => {
        // The designer and the children end their agents and keep their work before the report is written.
        await this.beginning;
        await this.board?.untilGone();
        await this.releaseEnds();
        const report = await this.finish(
          stop === undefined ? 'cancelled' : 'stopped',
          stop ?? (isCancellation(error) ? undefined : failureText(error)),
        );
        if (stop !== undefined) return report;
        throw error;
      });
    }
  }

  /** The release takes its traffic back before the report is written. */
  private async releaseEnds(): Promise<void> {
    const { release } = this;
    if (release === undefined) return;
    let ended = false;
    const end = release
      .result()
      .catch(() => undefined)
      .then(() => {
        ended = true;
      });
    if (!childrenById()) return end;
    await untilEnded(
      () => (ended ? [] : [release]),
      () => {
        ended = true;
      },
    );
  }

  /** The work; ended with a reason while there is still room for a report in the history. */
  private async untilFull(scope: CancellationScope): Promise<{ outcome: Outcome; reason?: string }> {
    let full: string | undefined;
    const look = () => {
      const { historyLength: events, historySize: bytes } = workflowInfo();
      full = fullHistory({ events, bytes });
      return full !== undefined;
    };
    void CancellationScope.nonCancellable(() => condition(look)).then(() => {
      if (endsBeforeFull()) scope.cancel();
    });
    try {
      return await scope.run(() => this.work());
    } catch (error) {
      if (full !== undefined && isCancellation(error)) throw stopped(full);
      throw error;
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
    return this.state.opened;
  }

  private get parts(): Assembly {
    if (this.assembly === undefined) throw new Error('the repository is not open yet');
    return this.assembly;
  }

  private async open(): Promise<void> {
    const takeBack = this.state.request.from?.landed;
    const opened = await this.placement.call('open the repository', (activities, place) =>
      activities.openFeature({ ...this.state.ref, place, ...(takeBack !== undefined && { takeBack }) }),
    );
    this.state.config = opened.config;
    this.state.repositoryKey = opened.repositoryKey;
    this.assembly = assemble(this, {
      ended: (packet, outcome) => this.ended(packet, outcome),
      // What was built is being measured for its testers; everybody else may go on beside that.
      mayStart: ({ kind }) => kind !== 'test' || this.built !== 'writing-handoff',
      mayMerge: () => this.designMerged,
      mayEnd: () => this.designMerged && this.built !== 'writing-handoff',
    });
  }

  private async plan(approved: Extract<DesignEnd, { kind: 'approved' }>): Promise<void> {
    const { design, packets, files } = approved;
    const merging = this.mergeDesign(approved);
    this.beginning = Promise.allSettled([this.beginning, merging]);
    if (!packetsBesideDesignMerge()) await merging;
    await this.parts.handoffs.design(design, files);
    const { board } = this.parts;
    this.board = board;
    this.state.board = board.view;
    board.entries.first = this.proposal.putFirst;
    board.add(packets);
    this.state.enter(earliestPhase(packets), 'packets are worked on');
    merging.then(
      () => board.bump(),
      (error: unknown) => board.abandon(error),
    );
  }

  /** The design is the first merge. Agents already work on its commit, which becomes the head of an untouched branch as it is. */
  private async mergeDesign(approved: Extract<DesignEnd, { kind: 'approved' }>): Promise<void> {
    this.state.head = approved.commit;
    const { merge } = await this.designer.merge(approved);
    this.state.head = merge.new;
    this.state.tree = merge.tree;
    this.designMerged = true;
  }

  private edited(edit: PlanEdit, made: MadePlanEdit): void {
    // Once what is built in addition is there, its handoff is written again.
    if (this.built === 'handoff-written' && edit.add.some(({ kind }) => kind === 'implementation'))
      this.built = 'no';
    this.state.edits.push(made);
    this.state.show();
  }

  private ended(packet: Packet, { merge, tests, unheard }: PacketOutcome): void {
    if (unheard)
      this.desk.drop(
        'unblock',
        `packet ${packet.id} was being merged: its agent has not heard the last message`,
      );
    if (merge !== undefined) {
      this.state.head = merge.new;
      this.state.tree = merge.tree;
      this.state.tests = tests ?? this.state.tests;
      this.state.merges.push({ packet: packet.id, at: new Date().toISOString() });
    }
    if (
      packet.kind !== 'implementation' ||
      this.built !== 'no' ||
      !this.board?.entries.allEnded(['implementation'])
    )
      return;
    this.built = 'writing-handoff';
    this.state.enter('test', 'testing, and preparing the deployment beside it');
    this.writeHandoff().catch((error: unknown) => this.board?.abandon(error));
  }

  /** The test agent's context is what was really built, so coverage is measured before it starts. */
  private async writeHandoff(): Promise<void> {
    const { gates, handoffs } = this.parts;
    if ('coverage' in this.config.gates) await gates.measure('coverage');
    await handoffs.implementation(gates.all());
    this.built = 'handoff-written';
    this.board?.bump();
  }

  /** Every gate met on the commit that will land. */
  private async prove(): Promise<void> {
    this.state.enter('test', 'measuring the quality gates');
    const { gates, handoffs } = this.parts;
    await gates.pass();
    this.state.gates = gates.all();
    await handoffs.testing(gates.all());
  }

  /** Undefined: mended for a base that moved, so what is to land has changed. */
  private async land(): Promise<Landed | undefined> {
    this.state.enter('deploy', 'landing');
    const landed = await this.parts.landing.land();
    if (landed === undefined) return undefined;
    this.state.landed = landed;
    this.state.tree = landed.tree;
    return landed;
  }

  private async releaseOf(landed: Landed): Promise<ReleaseOutcome | undefined> {
    const { commit } = landed;
    const { release } = this.config;
    let outcome: ReleaseOutcome | undefined;
    if (release?.staging !== undefined || release?.production !== undefined) {
      this.releases += 1;
      this.state.enter('deploy', 'releasing');
      this.release = await startRelease(
        {
          ref: this.state.ref,
          commit,
          attempt: this.releases,
          ask: this.config.approvals.release === 'ask',
          release,
          repositoryKey: this.state.repositoryKey,
          place: await this.placement.place(),
          paused: this.state.paused,
          ...(this.state.homeGone !== undefined && { homeGone: this.state.homeGone }),
        },
        this.releaseBefore,
      );
      outcome = await this.release.result();
      this.state.release = outcome;
    }
    await this.parts.handoffs.complete(outcome, landed);
    return outcome;
  }

  /** A packet that mends what a bad release showed. */
  private fix(release: ReleaseOutcome): void {
    this.fixes += 1;
    this.board?.add([fixPacket(this.fixes, release)], {
      reason: `${showed(release)}: ${release.problems.join('; ')}`,
    });
  }

  private async finish(outcome: Outcome, reason?: string): Promise<FeatureReport> {
    // Otherwise it was one of this execution that ended last.
    if (outcome !== 'rolled-out' && outcome !== 'rolled-back') await this.releaseBefore.endedWithFeature();
    this.desk.close();
    this.state.enter('done', outcome);
    const report = this.state.buildReport(outcome, reason);
    this.state.report = report;
    this.state.show();
    // Nobody is asked any more: the result has the report, and the reaper cleans up once more.
    await this.placement.attempt('save the report and clean up', async (activities, place) => {
      await activities.cleanUp({ ...this.state.ref, place }).catch(() => undefined);
      await activities.saveReport({ place, report });
    });
    return report;
  }
}
