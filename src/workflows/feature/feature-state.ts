import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { condition, upsertSearchAttributes } from '@temporalio/workflow';
import type { CriterionToKeep } from '../../domain/activities.ts';
import type { GateResult, KnownRed, TestCounts } from '../../domain/checks.ts';
import type { Config } from '../../domain/config.ts';
import { memberOf } from '../../domain/crew-config.ts';
import { dashboard } from '../../domain/dashboard.ts';
import type { Handoff } from '../../domain/handoff.ts';
import { integrationBranch } from '../../domain/ids.ts';
import type { FeatureRequest, FeatureStatus, RepositoryRef } from '../../domain/messages.ts';
import type {
  Allowance,
  CheckpointRecord,
  HandOver,
  Landed,
  PacketOutcome,
  ReleaseOutcome,
  RunFigures,
} from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import { DEFAULT_ROLES, type Phase, phaseOfKind } from '../../domain/phase.ts';
import type { MadePlanEdit, PlanStatus } from '../../domain/plan-edit.ts';
import {
  byRole,
  executionRounds,
  type FeatureReport,
  type HandedOver,
  keptAndAgain,
  mostAtOnce,
  type Outcome,
  type RedFromTheStart,
  reusedSpending,
  type Steering,
} from '../../domain/report.ts';
import { spending } from '../../domain/spending.ts';
import { type MergedAt, type RunSource, runsFrom } from '../../domain/what-if.ts';
import { showDetails } from '../shown-details.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { BoardView } from './board/board-view.ts';

/** What lands. */
export interface LandedWork {
  readonly packets: readonly Pick<Packet, 'id' | 'objective'>[];
  /** Protected paths that a person allowed. */
  readonly allowed: readonly string[];
  /** Files whose lines look like conflict markers, and that a person accepted. */
  readonly accepted: readonly string[];
  readonly criteria: readonly CriterionToKeep[];
}

/** What a designer tells of its runs. */
interface Designing {
  readonly runs: readonly RunFigures[];
  readonly handedOver: HandOver | undefined;
}

/** Messages to agents kept in a report. */
const MAX_STEERED = 100;

/** Changes of the plan kept in a report. */
const MAX_EDITS = 100;

/** Runs kept in a report: a result has to stay far below the server's 2 MiB. */
const MAX_RUNS_IN_REPORT = 200;

/** Looked for again at a landing: an activity's input has to stay far below the server's 2 MiB. */
const MAX_CRITERIA = 500;

/** For looking at many features; never asked for a decision. */
const PHASE = defineSearchAttributeKey('BatonPhase', SearchAttributeType.KEYWORD);
const ATTENTION = defineSearchAttributeKey('BatonAttention', SearchAttributeType.INT);

/** A report without a test shows nothing, so it is no green. */
const isGreen = ({ passed, tests }: CheckpointRecord): boolean => passed === true && tests?.total !== 0;

/** What a feature knows of itself, and how it is shown. */
export class FeatureState {
  readonly ref: RepositoryRef;
  readonly startedAt = new Date().toISOString();
  phase: Phase | 'done' = 'design';
  activity = 'preparing the repository';
  paused = false;
  head: string;
  config: Config | undefined;
  repositoryKey = '';
  handoffs: Handoff[] = [];
  designer: Designing | undefined;
  tests: TestCounts | null = null;
  knownRed: readonly RedFromTheStart[] = [];
  /** The same, with the names of the tests that are known. */
  redOnBase: readonly KnownRed[] = [];
  leftBehind: readonly string[] = [];
  gates: readonly GateResult[] = [];
  releaseSteps: string[] = [];
  release: ReleaseOutcome | undefined;
  landed: Landed | undefined;
  tree: string | undefined;
  /** What people said without being asked; the newest, since a flood must not grow the state. */
  private steered: Steering[] = [];
  /** All of it that people, and no programs, said. */
  private steeredByPeople = 0;
  readonly edits: MadePlanEdit[] = [];
  readonly merges: MergedAt[] = [];
  report: FeatureReport | undefined;
  board: BoardView | undefined;
  plan: { status(): PlanStatus } | undefined;
  desk: AttentionDesk | undefined;
  private phaseSince = Date.now();
  private readonly phaseMs: Partial<Record<Phase, number>> = {};
  private shown = '';

  constructor(readonly request: FeatureRequest) {
    const { feature, repo, base, baseCommit, root, content } = request;
    this.ref = {
      feature,
      repo,
      base,
      baseCommit,
      ...(root !== undefined && { root }),
      ...(content !== undefined && { content }),
    };
    this.head = baseCommit;
    showDetails(() => dashboard(this.status(), this.plan?.status()));
  }

  /** For people: as it was started with, or as baton.yaml says. */
  private get root(): Pick<FeatureStatus, 'root'> {
    const root = this.config?.root ?? this.request.root;
    return root === undefined || root === '' ? {} : { root };
  }

  /** The configuration, once the repository was opened. */
  get opened(): Config {
    if (this.config === undefined) throw new Error('the configuration has not been read yet');
    return this.config;
  }

  /** Undefined until the configuration is read, and where it was read before there was such a key. */
  get homeGone(): number | undefined {
    const config: Partial<Config> | undefined = this.config;
    return config?.homes?.gone;
  }

  /** Where runs of a packet, or of the designer, may be taken from. */
  runsFor(name: string): { readonly from?: RunSource } {
    const from = runsFrom(this.request.from, name);
    return from === undefined ? {} : { from };
  }

  role(phase: Phase): string {
    return this.opened.crew[phase].role ?? DEFAULT_ROLES[phase];
  }

  /** Notes what a person said to an agent. */
  steer(steering: Steering): void {
    this.steered = [...this.steered, steering].slice(-MAX_STEERED);
    if (steering.automatic !== true) this.steeredByPeople += 1;
  }

  /** Waits while the feature is paused. */
  ready(): Promise<void> {
    return condition(() => !this.paused);
  }

  enter(phase: Phase | 'done', activity: string): void {
    if (phase !== this.phase) {
      if (this.phase !== 'done')
        this.phaseMs[this.phase] = (this.phaseMs[this.phase] ?? 0) + Date.now() - this.phaseSince;
      this.phaseSince = Date.now();
      this.phase = phase;
    }
    this.activity = activity;
    this.show();
  }

  /** Brings the list of features up to date. Search attributes cost an event each, so only their changes are sent. */
  show(): void {
    if (!this.request.searchAttributes) return;
    const attention = this.desk?.open.length ?? 0;
    // At its end the activity is the outcome, which tells more than that it has ended.
    const phase = this.phase === 'done' ? this.activity : this.phase;
    const now = `${phase}/${attention}`;
    if (now === this.shown) return;
    this.shown = now;
    upsertSearchAttributes([
      { key: PHASE, value: phase },
      { key: ATTENTION, value: attention },
    ]);
  }

  private phases(): Partial<Record<Phase, number>> {
    if (this.phase === 'done') return { ...this.phaseMs };
    return { ...this.phaseMs, [this.phase]: (this.phaseMs[this.phase] ?? 0) + Date.now() - this.phaseSince };
  }

  status(): FeatureStatus {
    const { feature, request, repo, base, baseCommit } = this.request;
    return {
      feature,
      request,
      repo,
      base,
      baseCommit,
      ...this.root,
      phase: this.phase,
      activity: this.activity,
      paused: this.paused,
      startedAt: this.startedAt,
      integration: { branch: integrationBranch(feature), head: this.head },
      packets: this.board?.shown ?? [],
      gates: this.gates,
      releaseSteps: this.releaseSteps,
      attention: this.desk?.open ?? [],
      decisions: this.desk?.taken ?? [],
      dropped: this.desk?.dropped ?? [],
      slots: { used: this.board?.slotsUsed ?? 0, of: this.config?.concurrency ?? 0 },
      spent: this.spent(),
      ...(this.board !== undefined &&
        this.board.mergesNext.length > 0 && { mergesNext: this.board.mergesNext }),
      ...(this.merges.length > 0 && { merges: this.merges }),
      phaseMs: this.phases(),
      ...(this.report !== undefined && { report: this.report }),
    };
  }

  outcomes(): PacketOutcome[] {
    return this.board?.outcomes ?? [];
  }

  /** Of the packets that were merged. */
  landedWork(): LandedWork {
    const merged = this.outcomes().filter(({ status }) => status === 'merged');
    const allowed = (kind: Allowance['what']) =>
      merged.flatMap(({ allowances = [] }) =>
        allowances.filter(({ what }) => what === kind).flatMap(({ names }) => names),
      );
    const objectives = new Map((this.board?.packets ?? []).map(({ id, objective }) => [id, objective]));
    return {
      packets: merged.map(({ packet }) => ({ id: packet, objective: objectives.get(packet) ?? packet })),
      allowed: [...allowed('files'), ...merged.flatMap(({ measuring = [] }) => measuring)],
      accepted: allowed('markers'),
      criteria: merged
        .flatMap(({ packet, criteria = [] }) =>
          criteria.map(({ text, proof = [] }) => ({ packet, text, evidence: proof })),
        )
        .slice(0, MAX_CRITERIA),
    };
  }

  /** Oldest first. Packets tell theirs at their end, or after each where there is a budget. */
  runs(): RunFigures[] {
    return [...(this.designer?.runs ?? []), ...(this.board?.runs ?? [])].sort(
      (a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt),
    );
  }

  spent(): FeatureStatus['spent'] {
    const budget = this.config?.budget;
    return { ...spending(this.runs()), ...(budget !== undefined && { budget }) };
  }

  /** What went to somebody else by itself, with the runners as baton.yaml names them. */
  private handedOver(): HandedOver[] {
    const { config } = this;
    if (config === undefined) return [];
    const one = (packet: string, phase: Phase, over: HandOver | undefined): HandedOver[] => {
      if (over === undefined) return [];
      const role = config.crew[phase];
      const to = memberOf(role, 'fallback').runner;
      return [{ packet, from: memberOf(role).runner, to, why: over.why }];
    };
    const kinds = new Map((this.board?.packets ?? []).map(({ id, kind }) => [id, kind]));
    return [
      ...one('design', 'design', this.designer?.handedOver),
      ...this.outcomes().flatMap(({ packet, handOver }) =>
        one(packet, phaseOfKind(kinds.get(packet) ?? 'implementation'), handOver),
      ),
    ];
  }

  buildReport(outcome: Outcome, reason?: string): FeatureReport {
    const { feature, request, from } = this.request;
    const outcomes = new Map(this.outcomes().map((entry) => [entry.packet, entry]));
    const runs = this.runs();
    const handedOver = this.handedOver();
    const spent = spending(runs);
    const reused = reusedSpending(runs);
    // No agent was at work in the others.
    const made = runs.filter((run) => run.reused === undefined);
    const decisions = this.desk?.taken ?? [];
    const people = decisions.filter(({ automatic }) => !automatic);
    const coverage = this.handoffs.findLast(
      ({ final_coverage: final }) => final !== undefined,
    )?.final_coverage;
    return {
      feature,
      request,
      outcome,
      ...this.root,
      // Beside the outcome for whoever reads the JSON.
      ...(this.knownRed.length > 0 && { knownRed: this.knownRed }),
      ...(reason !== undefined && { reason }),
      startedAt: this.startedAt,
      endedAt: new Date().toISOString(),
      ...(this.landed && { branch: this.landed.branch, commit: this.landed.commit }),
      ...(this.landed?.note !== undefined && { landing: this.landed.note }),
      ...(this.landed?.pullRequest !== undefined && { pullRequest: this.landed.pullRequest }),
      ...(this.tree !== undefined && { tree: this.tree }),
      packets: (this.board?.packets ?? []).map((packet) => {
        const entry = outcomes.get(packet.id);
        const soFar = entry ?? this.board?.soFar.get(packet.id);
        const checkpoints = soFar?.checkpoints ?? [];
        const own = runs.filter((run) => run.packet === packet.id);
        return {
          id: packet.id,
          kind: packet.kind,
          status: entry?.status ?? 'unfinished',
          ...(entry?.why !== undefined && { why: entry.why }),
          ...(entry?.merge && { merge: entry.merge }),
          files: soFar?.files.map(({ path }) => path).slice(0, 200) ?? [],
          tests: soFar?.tests ?? null,
          red: checkpoints.filter(({ tests }) => (tests?.failing ?? 0) > 0).length,
          green: checkpoints.filter(isGreen).length,
          runs: own.length,
          submissions: soFar?.submissions ?? 0,
          ...(entry?.byHand !== undefined && { byHand: entry.byHand }),
          spent: spending(own),
          ...(entry?.criteria !== undefined && { criteria: entry.criteria }),
          ...(entry?.allowances !== undefined && { allowances: entry.allowances }),
          ...(entry?.flaky !== undefined && { flaky: entry.flaky }),
          ...(entry?.changedByChecks !== undefined && { changedByChecks: entry.changedByChecks }),
          ...keptAndAgain(own),
        };
      }),
      gates: this.gates,
      ...(this.release && { release: this.release }),
      decisions,
      ...(this.steered.length > 0 && { steered: this.steered }),
      ...(handedOver.length > 0 && { handedOver }),
      roles: byRole(runs),
      ...(this.edits.length > 0 && { edits: this.edits.slice(-MAX_EDITS) }),
      ...(this.leftBehind.length > 0 && { leftBehind: this.leftBehind }),
      figures: {
        agentsInvolved: new Set(made.map(({ role }) => role)).size,
        mostAgentsAtOnce: mostAtOnce(made),
        executionRounds: executionRounds(made),
        integrationRounds: this.board?.integrationRounds ?? 0,
        handoffs: Math.max(0, this.handoffs.length - 1),
        humanInterventions: people.length + this.steeredByPeople + this.edits.length,
        automaticDecisions: decisions.length - people.length,
        waitedForPeopleMs: people.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
        agentMs: made.reduce((sum, { durationMs }) => sum + durationMs, 0),
        wallMs: Date.now() - Date.parse(this.startedAt),
        inputTokens: spent.inputTokens,
        outputTokens: spent.outputTokens,
        costUsd: spent.costUsd,
        finalCoverage: coverage ?? null,
        tests: this.tests,
      },
      phaseMs: this.phases(),
      merges: this.merges,
      ...(from !== undefined && {
        from: { feature: from.feature, runId: from.runId, before: from.before },
      }),
      ...(reused !== undefined && { reused }),
      runs: runs.slice(-MAX_RUNS_IN_REPORT),
    };
  }
}
