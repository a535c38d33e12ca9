import { type CancellationScope, condition } from '@temporalio/workflow';
import type { MergePreparation } from '../../domain/activities.ts';
import { waitText } from '../../domain/after-run.ts';
import type { AgentDone, DesignDone, Feedback } from '../../domain/agent-protocol.ts';
import type { WaitReason } from '../../domain/agent-trouble.ts';
import { approvalText } from '../../domain/approval-text.ts';
import type { KnownRed } from '../../domain/checks.ts';
import { hasFallback } from '../../domain/crew-config.ts';
import { adviceOf, cutOffNote, feedbackText, noteOf, verifyFeedback } from '../../domain/feedback.ts';
import { designBranch, featureWorkflowId } from '../../domain/ids.ts';
import type { MeasuringScope } from '../../domain/measuring-scope.ts';
import type { HandOver, RunFigures } from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import { fillIn, planProblems, withDefaults } from '../../domain/plan.ts';
import type { PlanEdit } from '../../domain/plan-edit.ts';
import { redFeedback } from '../../domain/round-feedback.ts';
import { unprovableCriteria } from '../../domain/unprovable.ts';
import { cut } from '../../domain/visible.ts';
import { AgentSession, type SessionEnd } from '../agent/agent-session.ts';
import type { Way } from '../asking.ts';
import { movedAsRecorded } from '../move-as-recorded.ts';
import { criteriaProvable } from '../patches.ts';
import type { Placement } from '../placement.ts';
import { stopped } from '../stopping.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureBudget } from './feature-budget.ts';
import type { FeatureState } from './feature-state.ts';
import type { Proposal } from './proposal.ts';

/** Rounds of complaint about an impossible design before a person is asked. */
const MAX_DESIGN_ROUNDS = 3;

/** What the design needs of its feature. */
export interface DesignHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
  readonly budget: FeatureBudget;
  readonly proposal: Proposal;
}

/** What a designer is told that is only to ask. */
const LOOK = noteOf(
  'This run only looks whether the request is clear. Read what you need for that, and write nothing. If the request can be ' +
    'read in ways that lead to different products, end with the status "blocked": the most important question as ' +
    '`question`, the others as `further`. If it is clear, end with the status "done", no packets, and a sentence as the ' +
    'summary: you will be asked for the design next, in this conversation.',
);
const hasPackets = (result: AgentDone): boolean => 'packets' in result && result.packets.length > 0;

/** Of what only somebody who looks at the repository can judge. */
const ASK_IF_UNCLEAR = 'If what is built depends on that, ask before you design.';

/** What goes on while the designer is at work. */
export const DESIGNING = 'designing';

export type DesignEnd =
  | {
      readonly kind: 'approved';
      readonly design: DesignDone;
      readonly packets: readonly Packet[];
      readonly commit: string;
      readonly files: readonly string[];
      readonly knownRed: readonly KnownRed[];
    }
  | { readonly kind: 'rejected'; readonly why: string };

/** Documents and packets, and what is wrong with them. */
interface Looked {
  readonly packets: readonly Packet[];
  readonly commit: string;
  readonly complaints: Feedback[];
  readonly files: readonly string[];
  readonly measuring: readonly MeasuringScope[];
}

/** What people said to a plan, or what was found wrong with it. */
type Judged =
  | Looked
  | { readonly kind: 'rejected'; readonly why: string }
  | { readonly kind: 'revise'; readonly feedback: Feedback[] }
  | {
      readonly kind: 'approved';
      readonly packets: readonly Packet[];
      readonly commit: string;
      readonly files: readonly string[];
    };

/** Of packets told to the designer: more of them would leave it no room for the rest. */
const MAX_TOLD = 20_000;

/** What people changed of the plan, for a designer that is to revise it. */
function changedByPeople(edits: readonly PlanEdit[]): Feedback[] {
  if (edits.length === 0) return [];
  const dropped = edits.flatMap(({ drop }) => drop);
  const written = new Map(
    edits.flatMap(({ add, amend }) => [...add, ...amend].map((packet) => [packet.id, packet] as const)),
  );
  for (const id of dropped) written.delete(id);
  const text = [
    'People changed your plan before they asked for this revision. Keep their changes, unless what they ask for says otherwise.',
    ...(dropped.length > 0 ? [`They dropped: ${dropped.join(', ')}.`] : []),
    ...(written.size > 0
      ? [
          `These packets are as they wrote them:\n${cut(JSON.stringify([...written.values()], undefined, 1), MAX_TOLD)}`,
        ]
      : []),
  ].join('\n');
  return [{ kind: 'plan', text, files: [] }];
}

/** The designer's work up to its approved and merged documents, and the packets to be done. */
export class DesignStage {
  private readonly session: AgentSession;

  constructor(private readonly host: DesignHost) {
    const otherAgent = () => hasFallback(host.state.opened.crew.design);
    this.session = new AgentSession(
      'design',
      () => ({
        ...host.state.ref,
        name: 'design',
        phase: 'design',
        packet: null,
        branch: designBranch(host.state.ref.feature),
        start: host.state.ref.baseCommit,
        given: host.state.request.packets,
        request: host.state.request.request,
        reportTo: featureWorkflowId(host.state.ref.feature),
        ...host.state.runsFor('design'),
      }),
      {
        placement: host.placement,
        ask: (ask) => host.desk.ask(ask),
        asksTogether: true,
        ready: () => host.budget.ready(),
        takeAdvice: () => this.advice.splice(0),
        running: (scope) => {
          this.scope = scope;
        },
        wait: (why, untilMs) => this.wait(why, untilMs),
        ran: undefined,
        get giveUp(): readonly Way[] {
          return otherAgent() ? ['other-agent'] : [];
        },
        get other() {
          return otherAgent() ? ('other-agent' as const) : undefined;
        },
      },
    );
  }

  private async wait(why: WaitReason, untilMs: number): Promise<void> {
    const waiting = `the designer waits: ${waitText(why, untilMs, Date.now())}`;
    this.host.state.enter('design', waiting);
    await condition(() => this.advice.length > 0, Math.max(1, untilMs - Date.now()));
    this.host.state.enter('design', DESIGNING);
  }

  private advice: Feedback[] = [];
  private scope: CancellationScope | undefined;

  /** Advice for the designer; interrupts its run. */
  advise(message: string, by: string): void {
    this.advice.push(adviceOf(`${message}\n(from ${by})`));
    this.scope?.cancel();
  }

  /** How many messages no run has read. */
  get unread(): number {
    return this.advice.length;
  }

  get runs(): readonly RunFigures[] {
    return this.session.runs;
  }

  get handedOver(): HandOver | undefined {
    return this.session.handedOver;
  }

  private get tree() {
    return { ...this.host.state.ref, name: 'design' };
  }

  /** What Baton saw in the request: people are asked before a designer is paid, and the designer is told. */
  private async doubts(): Promise<Feedback[]> {
    const { doubts } = this.host.state.request;
    if (doubts === undefined) return [];
    const answered = await Promise.all(
      doubts.questions.map(async ({ text, options = [], recommended }) => {
        const ask = { kind: 'question', prompt: text, options } as const;
        const { choice, note, by } = await this.host.desk.ask({
          ...ask,
          ...(recommended !== undefined && { recommended }),
        });
        return adviceOf(
          `A person was asked before your design: ${text}\nThe answer: ${[choice, note].filter(Boolean).join('\n\n')}\n(from ${by})`,
        );
      }),
    );
    return [...answered, ...doubts.remarks.map((remark) => noteOf(`${remark} ${ASK_IF_UNCLEAR}`))];
  }

  /** `baseline`: the base is measured, and good enough to merge on; what is red on it, knowingly. */
  async run(baseline: Promise<readonly KnownRed[]>): Promise<DesignEnd> {
    let feedback = await this.doubts();
    let rounds = 0;
    let handedIn: SessionEnd | undefined;
    if (this.host.state.opened.clarify !== undefined) {
      handedIn = await this.session.look(feedback, { note: LOOK, handsIn: hasPackets });
      feedback = [noteOf('Design now, by what you were told.')];
    }
    for (;;) {
      const end = handedIn ?? (await this.session.work(feedback, null));
      handedIn = undefined;
      if (end.kind === 'given-up') {
        // The other agent is all that a person can choose here.
        this.session.handToOtherAgent();
        const advice = end.note === undefined ? [] : [adviceOf(end.note)];
        feedback = [...feedback, cutOffNote(end.why), ...advice];
        continue;
      }
      const design = end.result;
      if (!('packets' in design)) throw new Error('the designer was answered for by another role');
      const looked = await this.look(withDefaults(fillIn(this.given(), design.packets)));
      const judged = looked.complaints.length > 0 ? looked : await this.approval(design, looked);
      if ('kind' in judged) {
        if (judged.kind === 'rejected') return judged;
        if (judged.kind === 'approved') return { ...judged, design, knownRed: await baseline };
        feedback = judged.feedback;
        continue;
      }
      const { complaints } = judged;
      rounds += 1;
      feedback = complaints;
      if (rounds <= MAX_DESIGN_ROUNDS) continue;
      const { choice, note } = await this.host.desk.ask({
        kind: 'failing-packet',
        prompt: `The design can't be used after ${MAX_DESIGN_ROUNDS} rounds of complaint:\n${complaints.map(({ text }) => text).join('\n')}`,
        options: ['retry', 'stop'],
      });
      if (choice === 'stop') throw stopped('the design could not be used');
      if (note !== undefined) feedback = [...complaints, adviceOf(note)];
      rounds = 0;
    }
  }

  /** What the request gave, as people changed it since. */
  private given(): readonly Packet[] {
    const dropped = new Set(this.host.proposal.edits.flatMap(({ drop }) => drop));
    const amended = new Map(
      this.host.proposal.edits.flatMap(({ amend }) => amend.map((packet) => [packet.id, packet] as const)),
    );
    return this.host.state.request.packets
      .filter(({ id }) => !dropped.has(id))
      .map((packet) => amended.get(packet.id) ?? packet);
  }

  /** Has people decide of the plan. If they change it instead, it is looked at, and they are asked of the new one. */
  private async approval(design: DesignDone, first: Looked): Promise<Judged> {
    const { desk, proposal, state } = this.host;
    let looked = first;
    for (;;) {
      const { packets, commit, files, measuring, complaints } = looked;
      if (complaints.length > 0) return looked;
      proposal.put({ packets, measuring });
      const answer = await desk.askUnlessTakenBack(
        {
          kind: 'design-approval',
          prompt: approvalText(design, packets, files, measuring, proposal.edits),
          options: ['approve', 'revise', 'reject'],
          // Nobody but a person lets what measures the work be changed.
          ...(!this.namesMeasuring(packets, measuring) && { recommended: 'approve' }),
          automatic: state.opened.approvals.design === 'auto',
        },
        (item) => proposal.asks(item),
      );
      if (answer === undefined) {
        looked = await this.look(proposal.takeEdited() ?? packets);
        continue;
      }
      const { choice, note } = answer;
      if (choice === 'reject') return { kind: 'rejected', why: note ?? 'the design was rejected' };
      if (choice === 'approve') {
        proposal.approved();
        return { kind: 'approved', packets, commit, files };
      }
      const revise = { kind: 'revise' as const, text: note ?? 'Please revise the design.', files: [] };
      return { kind: 'revise', feedback: [revise, ...changedByPeople(proposal.edits)] };
    }
  }

  /** Whether the designer, and no person, let a packet change what measures the work. */
  private namesMeasuring(packets: readonly Packet[], measuring: readonly MeasuringScope[]): boolean {
    const scopeOf = (of: readonly Packet[], id: string) =>
      JSON.stringify(of.findLast((packet) => packet.id === id)?.boundaries.inScope);
    // What a person wrote into the plan is theirs too.
    const given = [
      ...this.host.state.request.packets,
      ...this.host.proposal.edits.flatMap(({ add, amend }) => [...add, ...amend]),
    ];
    return measuring.some(
      ({ packet, isNew }) => isNew !== true && scopeOf(given, packet) !== scopeOf(packets, packet),
    );
  }

  /** Commits the documents and looks at them and at the packets. */
  private async look(packets: readonly Packet[]): Promise<Looked> {
    const verified = await this.host.placement.call('verify design', (activities, place) =>
      activities.verify({
        ...this.tree,
        place,
        packet: null,
        start: this.host.state.ref.baseCommit,
        claimed: [],
        check: false,
        allowed: [],
        ticked: [],
        packets,
      }),
    );
    const unprovable = unprovableCriteria(packets, this.host.state.opened.checks);
    const problems = [
      ...planProblems(this.host.state.ref.feature, packets, this.host.state.ref.base),
      ...(unprovable.length > 0 && criteriaProvable() ? unprovable : []),
      ...(packets.length === 0 ? ['the design has no packets: nothing would be built'] : []),
    ];
    const complaints: Feedback[] = [
      ...verifyFeedback(verified),
      ...(problems.length > 0
        ? [
            {
              kind: 'plan' as const,
              text: `These packets are impossible:\n${problems.map((line) => `- ${line}`).join('\n')}`,
              files: [],
            },
          ]
        : []),
    ];
    const { commit, changed, measuring = [] } = verified;
    return { packets, commit, complaints, files: changed.map(({ path }) => path), measuring };
  }

  /** The design's commit is the first merge. */
  async merge({
    commit,
    design,
    knownRed,
  }: Extract<DesignEnd, { kind: 'approved' }>): Promise<Extract<MergePreparation, { kind: 'ready' }>> {
    const { placement } = this.host;
    for (let submission = 1; ; submission += 1) {
      const prepared = await placement.call('merge and check design', (activities, place) =>
        activities.prepareMerge({
          ...this.tree,
          place,
          branch: designBranch(this.host.state.ref.feature),
          commit,
          packet: null,
          claimed: [],
          ticked: [],
          submission,
          summary: design.summary,
          ...(knownRed.length > 0 && { knownRed }),
        }),
      );
      if (prepared.kind === 'ready') {
        const { merge } = prepared;
        const moved = await movedAsRecorded(
          { placement, ask: (ask) => this.host.desk.ask(ask) },
          'merge design',
          (activities, place) => activities.moveBranch({ ...this.tree, place, merge }),
        );
        if (!moved) continue;
        await placement.call('remove the worktree of the design', (activities, place) =>
          activities.removeTree({ ...this.tree, place }),
        );
        return prepared;
      }
      // Documents conflict with nothing on a branch that only has the base: checks are red, or tests have vanished.
      const why = prepared.kind === 'red' ? feedbackText(redFeedback(prepared, knownRed)) : prepared.output;
      const { choice } = await this.host.desk.ask({
        kind: 'failing-packet',
        prompt: `The design's documents can't be merged: ${why.slice(0, 4000)}`,
        options: ['retry', 'stop'],
      });
      if (choice === 'stop') throw stopped('the design could not be merged');
    }
  }
}
