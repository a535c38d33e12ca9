import { CancellationScope, condition, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import type { MergePreparation, VerifyResult } from '../domain/activities.ts';
import type { AgentDone, Feedback, ImplementDone } from '../domain/agent-protocol.ts';
import { newlyRed } from '../domain/checks.ts';
import { checkFeedback, criteriaFeedback, verifyFeedback } from '../domain/feedback.ts';
import { featureWorkflowId, packetBranch } from '../domain/ids.ts';
import { instructionProblem } from '../domain/message-problems.ts';
import type { Ask, ChildReport, Instruction, PacketInput } from '../domain/messages.ts';
import { droppedOutcome, type PacketOutcome } from '../domain/outcomes.ts';
import { AgentSession, type SessionEnd, type SessionHost } from './agent-session.ts';
import { Placement, stopped } from './home-calls.ts';
import { instructSignal, reportSignal } from './messages.ts';

/** Rounds of feedback about one cause before a person is asked. */
const MAX_FEEDBACK_ROUNDS = 3;

type Continue = Extract<Instruction, { type: 'continue' }>;
type Drop = { readonly dropped: string };

/** A packet's way from its first agent run to its merge. */
export class PacketRun implements SessionHost {
  readonly giveUp = ['drop'];
  readonly placement: Placement;
  private readonly session: AgentSession;
  private inbox: Instruction[] = [];
  private paused: boolean;
  private advice: Feedback[] = [];
  private scope: CancellationScope | undefined;
  private rounds = new Map<string, number>();
  private readonly allowed: string[] = [];
  private readonly ticked: number[] = [];
  private unswapped: readonly string[];
  private submissions = 0;

  constructor(private readonly input: PacketInput) {
    this.paused = input.paused;
    this.unswapped = input.unswapped;
    this.placement = new Placement(input.ref.feature, (ask) => this.ask(ask));
    this.session = new AgentSession(
      input.phase,
      {
        ...input.ref,
        name: input.packet.id,
        phase: input.phase,
        packet: input.packet,
        branch: this.branch,
        start: input.start,
        given: [],
        request: input.request,
        reportTo: this.feature,
      },
      this,
    );
    setHandler(instructSignal, (instruction) => this.instructed(instruction));
  }

  private get feature(): string {
    return featureWorkflowId(this.input.ref.feature);
  }
  private get branch(): string {
    return packetBranch(this.input.ref.feature, this.input.packet);
  }
  private get tree() {
    return { ...this.input.ref, name: this.input.packet.id };
  }

  async run(): Promise<PacketOutcome> {
    try {
      const outcome = await this.work();
      if (outcome.status === 'merged') await this.removeTree();
      return outcome;
    } catch (error) {
      // Also when cancelled: the tree goes, the work stays on its ref.
      await CancellationScope.nonCancellable(() => this.removeTree());
      throw error;
    }
  }

  /** Asks nobody where that fails: the feature tidies up once more at its end. */
  private removeTree() {
    return this.placement.attempt(`remove the worktree of ${this.input.packet.id}`, (activities, place) =>
      activities.removeTree({ ...this.tree, place }),
    );
  }

  private async work(): Promise<PacketOutcome> {
    let feedback: Feedback[] =
      this.input.reason === undefined
        ? []
        : [{ kind: 'gate', text: this.input.reason, files: [...(this.input.files ?? [])] }];
    for (;;) {
      const end = await this.session.work(feedback, this.input.handoff);
      if (end.kind === 'given-up') return this.dropped(end.why);
      const verified = await this.verify(end);
      if ('dropped' in verified) return this.dropped(verified.dropped);
      if ('feedback' in verified) {
        feedback = verified.feedback;
        continue;
      }
      if (this.unswapped.length > 0) {
        feedback = await this.swap();
        continue;
      }
      const integrated = await this.integrate(end.result, verified.commit);
      if ('feedback' in integrated) {
        feedback = integrated.feedback;
        continue;
      }
      if ('dropped' in integrated) return this.dropped(integrated.dropped);
      return this.merged(end.result, integrated);
    }
  }

  /** Commits, looks at boundaries, checks and criteria; answers what has to be mended first, if anything. */
  private async verify(
    end: Extract<SessionEnd, { kind: 'done' }>,
  ): Promise<{ readonly commit: string } | { readonly feedback: Feedback[] } | Drop> {
    const claimed = 'evidence' in end.result ? end.result.evidence : [];
    for (;;) {
      const result: VerifyResult = await this.placement.call(
        `verify ${this.input.packet.id}`,
        (activities, place) =>
          activities.verify({
            ...this.tree,
            place,
            packet: this.input.packet,
            start: this.input.start,
            claimed,
            check: this.unswapped.length === 0,
            allowed: this.allowed,
            ticked: this.ticked,
          }),
      );
      const outside = [...result.outside, ...result.protected];
      const feedback = [...verifyFeedback(result, this.input.knownRed), ...this.nothingChanged(result)];
      const cause = outside.length > 0 ? 'boundary' : 'verify';
      if (feedback.length > 0 && this.another(cause)) return { feedback };
      if (outside.length > 0) {
        const { choice, note } = await this.ask({
          kind: 'boundary',
          prompt: `${this.input.packet.id} changed files it may not change: ${outside.join(', ')}`,
          options: ['extend-boundary', 'send-back', 'drop', 'stop'],
        });
        if (choice === 'extend-boundary') {
          this.allowed.push(...outside);
          continue;
        }
        return this.afterChoice(choice, note, feedback);
      }
      if (feedback.length > 0) {
        const text = feedback.map((entry) => entry.text).join('\n\n');
        return this.failing('failing-packet', text, feedback);
      }
      const forPeople = result.criteria.filter(
        ({ met, index }) => met === 'person' && !this.ticked.includes(index),
      );
      if (forPeople.length === 0) return { commit: result.commit };
      const { choice, note } = await this.ask({
        kind: 'acceptance',
        prompt: `Is this met by ${this.input.packet.id}?\n${forPeople.map(({ text }) => `- ${text}`).join('\n')}`,
        options: ['met', 'send-back', 'drop', 'stop'],
      });
      if (choice !== 'met') return this.afterChoice(choice, note, []);
      this.ticked.push(...forPeople.map(({ index }) => index));
    }
  }

  /** A change was asked for, none was made, and no criterion proves that none is needed. */
  private nothingChanged({ changed }: VerifyResult): Feedback[] {
    const { kind, criteria } = this.input.packet;
    if (changed.length > 0 || kind !== 'implementation' || criteria.length > 0) return [];
    const text =
      'Nothing was changed: do what the packet asks for, or end with the status "failed" and the reason.';
    return [{ kind: 'note', text, files: [] }];
  }

  /** Counts a round about `cause`; false when the bound is reached. */
  private another(cause: string): boolean {
    const rounds = (this.rounds.get(cause) ?? 0) + 1;
    this.rounds.set(cause, rounds);
    return rounds <= MAX_FEEDBACK_ROUNDS;
  }

  private async failing(kind: 'failing-packet' | 'conflict', text: string, feedback: Feedback[]) {
    const { choice, note } = await this.ask({
      kind,
      prompt: `${this.input.packet.id} is not done after ${MAX_FEEDBACK_ROUNDS} rounds of feedback:\n${text.slice(0, 2000)}`,
      options: ['retry', 'drop', 'stop'],
    });
    return this.afterChoice(choice, note, feedback);
  }

  private afterChoice(
    choice: string,
    note: string | undefined,
    feedback: Feedback[],
  ): { feedback: Feedback[] } | Drop {
    if (choice === 'stop') throw stopped(`stopped at packet ${this.input.packet.id}`);
    if (choice === 'drop') return { dropped: note ?? 'dropped by a person' };
    this.rounds.clear();
    const advice: Feedback[] = note === undefined ? [] : [{ kind: 'advice', text: note, files: [] }];
    return { feedback: [...feedback, ...advice] };
  }

  /** Waits until the soft dependencies are merged and moves the tree onto them. */
  private async swap(): Promise<Feedback[]> {
    const { head, dropped = [] } = await this.slot({ child: this.input.packet.id, type: 'awaits-swap' });
    const merged = this.unswapped.filter((id) => !dropped.includes(id));
    this.unswapped = [];
    const { kind, files } = await this.bringUpTo(head ?? this.input.start);
    const conflicts = kind === 'conflict' ? ' Conflict markers are in the files named; resolve them.' : '';
    const text = [
      ...(merged.length > 0
        ? [
            `Merged meanwhile: ${merged.join(', ')}. Your tree stands on them now. Replace what stood in for them by the real thing.${conflicts}`,
          ]
        : []),
      ...(dropped.length > 0
        ? [`Dropped, so never to come: ${dropped.join(', ')}. Do without, or keep what stands in for them.`]
        : []),
    ].join('\n');
    return [{ kind: 'swap', text, files: [...files] }];
  }

  private bringUpTo(head: string) {
    return this.placement.call(
      `bring ${this.input.packet.id} up to ${head.slice(0, 12)}`,
      (activities, place) => activities.bringUpTo({ ...this.tree, place, head }),
    );
  }

  /** Hands in, waits for the turn, and merges; or answers what has to be mended. */
  private async integrate(
    result: AgentDone,
    commit: string,
  ): Promise<Extract<MergePreparation, { kind: 'ready' }> | { readonly feedback: Feedback[] } | Drop> {
    const id = this.input.packet.id;
    this.submissions += 1;
    await this.tell({ child: id, type: 'submitted', commit });
    await this.next((instruction) => instruction.type === 'merge');
    const prepared = await this.placement.call(`rebase and check ${id}`, (activities, place) =>
      activities.prepareMerge({
        ...this.tree,
        place,
        branch: this.branch,
        commit,
        packet: this.input.packet,
        claimed: 'evidence' in result ? result.evidence : [],
        ticked: this.ticked,
        submission: this.submissions,
        ...(this.input.knownRed !== undefined && { knownRed: this.input.knownRed }),
      }),
    );
    if (prepared.kind === 'ready') {
      // The move is recorded with the activity above; whatever dies now, it is made exactly so.
      await this.placement.call(`merge ${id}`, (activities, place) =>
        activities.moveBranch({ ...this.tree, place, merge: prepared.merge }),
      );
      return prepared;
    }
    const red = prepared.kind === 'red';
    const reason = red ? 'checks are red' : 'conflict';
    const { head } = await this.slot({ child: id, type: 'returned', reason });
    const { files } = await this.bringUpTo(head ?? prepared.head);
    const feedback: Feedback[] = red
      ? [
          ...newlyRed(prepared.checks, this.input.knownRed).map(checkFeedback),
          ...(prepared.unmet.length > 0 ? [criteriaFeedback(prepared.unmet)] : []),
        ]
      : [
          {
            kind: 'conflict',
            text: `Rebasing on the integration branch met conflicts; your changes were laid on top of it again. Resolve the markers in these files, keeping what both sides meant.\n${prepared.output.slice(-2000)}`,
            files: [...files],
          },
        ];
    if (this.another(red ? 'red' : 'conflict')) return { feedback };
    return this.failing(
      red ? 'failing-packet' : 'conflict',
      feedback.map(({ text }) => text).join('\n\n'),
      feedback,
    );
  }

  // --- talk with the feature -------------------------------------------------------------------

  private instructed(instruction: Instruction): void {
    if (instructionProblem(instruction) !== undefined) return;
    switch (instruction.type) {
      case 'pause':
        this.paused = true;
        return;
      case 'resume':
        this.paused = false;
        return;
      case 'advice':
        this.advice.push({
          kind: 'advice',
          text: `${instruction.message}\n(from ${instruction.by})`,
          files: [],
        });
        this.scope?.cancel();
        return;
      default:
        this.inbox.push(instruction);
    }
  }

  private tell(report: ChildReport): Promise<void> {
    return getExternalWorkflowHandle(this.feature).signal(reportSignal, report);
  }

  private async next(wanted: (instruction: Instruction) => boolean): Promise<Instruction> {
    await condition(() => this.inbox.some(wanted));
    const found = this.inbox.find(wanted) as Instruction;
    this.inbox = this.inbox.filter((instruction) => instruction !== found);
    return found;
  }

  /** Reports something that gives the slot back, and waits for one. */
  private async slot(report: ChildReport): Promise<Continue> {
    await this.tell(report);
    return (await this.next(({ type }) => type === 'continue')) as Continue;
  }

  async ask(ask: Ask): Promise<{ readonly choice: string; readonly note?: string | undefined }> {
    const { decision } = await this.slot({ child: this.input.packet.id, type: 'asks', ask });
    return decision ?? { choice: 'retry' };
  }

  ready(): Promise<void> {
    return condition(() => !this.paused);
  }

  takeAdvice(): Feedback[] {
    return this.advice.splice(0);
  }

  running(scope: CancellationScope | undefined): void {
    this.scope = scope;
  }

  // --- outcomes ----------------------------------------------------------------------------------

  private outcome(
    result: AgentDone | undefined,
  ): Omit<PacketOutcome, 'status' | 'files' | 'tests' | 'linesAdded' | 'testLinesAdded'> {
    const done = result as Partial<ImplementDone> & { plan?: string; rollback?: string };
    return {
      packet: this.input.packet.id,
      summary: done?.summary ?? '',
      decisions: done?.decisions ?? [],
      constraints: done?.constraints ?? [],
      pendingActions: done?.pendingActions ?? [],
      ...(done?.plan !== undefined && { plan: done.plan }),
      ...(done?.rollback !== undefined && { rollback: done.rollback }),
      checkpoints: this.session.checkpoints,
      runs: this.session.runs,
      submissions: this.submissions,
    };
  }

  private dropped(why: string): PacketOutcome {
    return { ...droppedOutcome(this.input.packet.id, why), ...this.outcome(undefined) };
  }

  private merged(result: AgentDone, ready: Extract<MergePreparation, { kind: 'ready' }>): PacketOutcome {
    const { merge, files, tests, linesAdded, testLinesAdded } = ready;
    return { ...this.outcome(result), status: 'merged', merge, files, tests, linesAdded, testLinesAdded };
  }
}
