import { CancellationScope } from '@temporalio/workflow';
import type { MergePreparation, VerifyResult } from '../../domain/activities.ts';
import type { AgentDone, DeployDone, Feedback } from '../../domain/agent-protocol.ts';
import { adviceOf, cutOffNote, feedbackText, noteOf, verifyFeedback } from '../../domain/feedback.ts';
import { packetBranch } from '../../domain/ids.ts';
import type { PacketInput } from '../../domain/messages.ts';
import { droppedOutcome, type PacketOutcome } from '../../domain/outcomes.ts';
import { conflictFeedback, redFeedback } from '../../domain/round-feedback.ts';
import { oneLine } from '../../domain/visible.ts';
import { AgentSession } from '../agent/agent-session.ts';
import type { Way } from '../asking.ts';
import { homeRules } from '../home-calls.ts';
import { movedAsRecorded } from '../move-as-recorded.ts';
import { checksWithoutSlot, heardBeforeMove, runsToldAtEnd, treeGoesWithMerge } from '../patches.ts';
import { Placement } from '../placement.ts';
import { stopped } from '../stopping.ts';
import { workByHand } from './by-hand.ts';
import { FeatureLine } from './feature-line.ts';
import { JudgedBy } from './judged-by.ts';
import { provenBy } from './proven.ts';
import { isAllow, refusalOf } from './refusal.ts';
import { Swap } from './swap.ts';

/** Rounds of feedback about one cause before a person is asked. */
const MAX_FEEDBACK_ROUNDS = 3;

/** The work goes no further in this round: back to whoever does it, or to nobody. */
type Turn =
  | { readonly next: 'back'; readonly feedback: Feedback[] }
  | { readonly next: 'drop'; readonly why: string };
type Ready = Extract<MergePreparation, { kind: 'ready' }>;
/** What a round came to. */
type Step = Turn | { readonly next: 'merged'; readonly result: AgentDone; readonly ready: Ready };

const back = (feedback: Feedback[]): Turn => ({ next: 'back', feedback });

/** What the agent of any role says of its work; only who prepares a release has plan and rollback. */
type Claims = Partial<Omit<DeployDone, 'status' | 'evidence'>>;

/** A packet's way from its first agent run to its merge. */
export class PacketRun {
  private readonly line: FeatureLine;
  private readonly placement: Placement;
  private readonly session: AgentSession;
  /** What people may choose where the agent gets nowhere, beside retrying and stopping. */
  private readonly ways: readonly Way[];
  private byHand: boolean;
  /** Who handed it back last, where no agent did it after that. */
  private doneBy: string | undefined;
  /** Runs that the feature has been told. */
  private told = 0;
  private rounds = new Map<string, number>();
  private readonly judgedBy: JudgedBy;
  private readonly swap: Swap;
  private submissions = 0;
  private treeGoes = false;

  constructor(private readonly input: PacketInput) {
    const { ref, phase, start, request, person } = input;
    const line = new FeatureLine(ref.feature, input.packet, input.paused);
    this.line = line;
    this.swap = new Swap(input.unswapped);
    this.judgedBy = new JudgedBy(input.files ?? []);
    this.byHand = person === 'instead';
    const other = input.otherAgent !== true ? undefined : person === 'fallback' ? 'person' : 'other-agent';
    // Where a person is the other one, taking over is that already.
    this.ways = this.byHand
      ? ['drop']
      : [...(other === 'other-agent' ? ([other] as const) : []), 'take-over', 'drop'];
    this.placement = new Placement({
      feature: ref.feature,
      ask: (ask) => line.ask(ask),
      // A person needs no worker with a slot for an agent.
      rules: () => homeRules(input.homeGone, person === 'instead' ? 'any' : 'free'),
    });
    this.session = new AgentSession(
      phase,
      () => ({
        ...this.tree,
        phase,
        packet: line.current,
        branch: this.branch,
        start,
        given: [],
        request,
        reportTo: line.to,
        ...(input.from !== undefined && { from: input.from }),
      }),
      {
        placement: this.placement,
        ask: (ask) => line.ask(ask),
        ready: () => (input.budget === true ? this.readyToSpend() : line.ready()),
        wait: (why, untilMs) => line.wait(why, untilMs),
        ran: input.budget === true ? () => this.tellRuns() : undefined,
        takeAdvice: () => line.takeAdvice(),
        running: (scope) => line.running(scope),
        giveUp: this.ways,
        other,
      },
    );
  }

  private get id(): string {
    return this.input.packet.id;
  }
  private get branch(): string {
    return packetBranch(this.input.ref.feature, this.input.packet);
  }
  private get tree() {
    return { ...this.input.ref, name: this.id };
  }

  /** The slot that it was started with is good for its first run. */
  private async readyToSpend(): Promise<void> {
    await this.line.ready();
    if (this.session.runs.length === 0) return;
    await this.line.wantsRun();
    await this.line.ready();
  }

  private async tellRuns(): Promise<void> {
    const runs = this.session.runs.slice(this.told);
    this.told += runs.length;
    const soFar = this.judgedBy.soFar(this.session.checkpoints, this.submissions);
    if (runs.length > 0) await this.line.tell({ child: this.id, type: 'ran', runs, soFar });
  }

  async run(): Promise<PacketOutcome> {
    try {
      const outcome = await this.line.untilDropped(() => this.work());
      if ('dropped' in outcome) {
        await this.removeTree();
        return this.dropped(outcome.dropped);
      }
      if (outcome.status === 'merged' && !this.treeGoes) await this.removeTree();
      return outcome;
    } catch (error) {
      // Also when cancelled: the tree goes, the work stays on its ref.
      await CancellationScope.nonCancellable(async () => {
        await this.removeTree();
        // A feature that was terminated hears nothing any more.
        if (runsToldAtEnd()) await this.tellRuns().catch(() => undefined);
      });
      throw error;
    }
  }

  /** Asks nobody where that fails: the feature tidies up once more at its end. */
  private removeTree() {
    return this.placement.attempt(`remove the worktree of ${this.id}`, (activities, place) =>
      activities.removeTree({ ...this.tree, place }),
    );
  }

  private async work(): Promise<PacketOutcome> {
    let feedback: Feedback[] =
      this.input.reason === undefined
        ? []
        : [{ kind: 'gate', text: this.input.reason, files: [...(this.input.files ?? [])] }];
    for (;;) {
      const step = await this.round(feedback);
      if (step.next === 'drop') return this.dropped(step.why);
      if (step.next === 'merged') return this.merged(step.result, step.ready);
      feedback = step.feedback;
    }
  }

  private async round(feedback: readonly Feedback[]): Promise<Step> {
    const worked = await this.workOnce(this.swap.with(feedback));
    if ('next' in worked) return worked;
    const { result } = worked;
    const verified = await this.verify(result);
    if ('next' in verified) return verified;
    if (this.swap.isDue) return back(await this.toRealThing());
    const ready = await this.integrate(result, verified.commit);
    return 'next' in ready ? ready : { next: 'merged', result, ready };
  }

  /** The agent's turn, or a person's who took the packet over. */
  private async workOnce(feedback: readonly Feedback[]): Promise<{ readonly result: AgentDone } | Turn> {
    if (this.byHand) {
      const { line, placement, tree } = this;
      const { start, person } = this.input;
      const hand = await workByHand({ line, placement, tree, start, agent: person !== 'instead' }, feedback);
      if ('choice' in hand) return this.afterChoice(hand.choice, hand.note, hand.said);
      this.doneBy = hand.by;
      return hand;
    }
    await this.line.regainSlot('its work has to be mended');
    const end = await this.session.work(feedback, this.input.handoff);
    if (end.kind === 'done') {
      this.doneBy = undefined;
      return { result: end.result };
    }
    const unheard = end.choice === 'drop' ? [] : [...feedback, cutOffNote(end.why)];
    return this.afterChoice(end.choice, end.note, unheard, end.why);
  }

  /** Commits, looks at boundaries, checks and criteria; answers what has to be mended first, if anything. */
  private async verify(done: AgentDone): Promise<{ readonly commit: string } | Turn> {
    const claimed = 'evidence' in done ? done.evidence : [];
    for (;;) {
      // Who does it by hand from the start has no slot.
      if (this.input.person !== 'instead' && checksWithoutSlot()) await this.line.checks();
      const result: VerifyResult = await this.placement.call(`verify ${this.id}`, (activities, place) =>
        activities.verify({
          ...this.tree,
          place,
          start: this.input.start,
          claimed,
          check: !this.swap.isDue,
          ...(this.swap.standsOn !== undefined && { standsOn: this.swap.standsOn }),
          ...this.judgedBy.input(this.line.current, done, this.input.knownRed),
        }),
      );
      if (result.behind === true) return back(await this.bringToRealThing());
      this.judgedBy.saw(result);
      this.swap.proven();
      const feedback = [...verifyFeedback(result, this.input.knownRed), ...this.nothingChanged(result)];
      const refused = refusalOf(this.id, result);
      if (feedback.length > 0 && this.another(refused?.cause ?? 'verify')) return back(feedback);
      if (refused !== undefined) {
        const { kind, prompt, allow } = refused;
        const { choice, note, by } = await this.line.ask({
          kind,
          prompt,
          options: [allow, 'send-back', ...this.ways, 'stop'],
        });
        if (!isAllow(choice)) return this.afterChoice(choice, note, feedback);
        this.judgedBy.allow(refused, by);
        continue;
      }
      if (feedback.length > 0) {
        return this.failing('failing-packet', feedback);
      }
      const ticked = this.judgedBy.ticked(this.line.current);
      const forPeople = result.criteria.filter(
        ({ met, index }) => met === 'person' && !ticked.includes(index),
      );
      if (forPeople.length === 0) return { commit: result.commit };
      const { choice, note } = await this.line.ask({
        kind: 'acceptance',
        prompt: `Is this met by ${this.id}?\n${forPeople.map(({ text, reason }) => `- ${oneLine(text)} (${oneLine(reason)})`).join('\n')}`,
        options: ['met', 'send-back', ...this.ways, 'stop'],
      });
      if (choice !== 'met') return this.afterChoice(choice, note, []);
      this.judgedBy.tick(forPeople.map(({ text }) => text));
    }
  }

  /** A change was asked for, none was made, and no criterion proves that none is needed. */
  private nothingChanged({ changed }: VerifyResult): Feedback[] {
    const { kind, criteria } = this.line.current;
    if (changed.length > 0 || kind !== 'implementation' || criteria.length > 0) return [];
    const text =
      'Nothing was changed: do what the packet asks for, or end with the status "failed" and the reason.';
    return [noteOf(text)];
  }

  /** Counts a round about `cause`; false when the bound is reached. */
  private another(cause: string): boolean {
    const rounds = (this.rounds.get(cause) ?? 0) + 1;
    this.rounds.set(cause, rounds);
    return rounds <= MAX_FEEDBACK_ROUNDS;
  }

  private async failing(kind: 'failing-packet' | 'conflict', feedback: Feedback[]) {
    const { choice, note } = await this.line.ask({
      kind,
      prompt: `${this.id} is not done after ${MAX_FEEDBACK_ROUNDS} rounds of feedback:\n${feedbackText(feedback).slice(0, 2000)}`,
      options: ['retry', ...this.ways, 'stop'],
    });
    return this.afterChoice(choice, note, feedback);
  }

  /** What a person chose: the agent again, the other agent, the person's own hands, or an end. */
  private afterChoice(
    choice: Way | 'retry' | 'send-back' | 'agent' | 'stop',
    note: string | undefined,
    feedback: readonly Feedback[],
    why = 'dropped by a person',
  ): Turn {
    if (choice === 'stop') throw stopped(`stopped at packet ${this.id}`);
    if (choice === 'drop') return { next: 'drop', why: note ?? why };
    this.byHand = choice === 'take-over' || this.input.person === 'instead';
    if (choice === 'other-agent') this.session.handToOtherAgent();
    this.rounds.clear();
    const advice = note === undefined ? [] : [adviceOf(note)];
    return back([...feedback, ...advice]);
  }

  /** Waits until the soft dependencies are merged and moves the tree onto them. */
  private async toRealThing(): Promise<Feedback[]> {
    const { head, dropped } = await this.line.slot({ child: this.id, type: 'awaits-swap' });
    return this.bringToRealThing(head, dropped);
  }

  private async bringToRealThing(head = this.input.start, dropped: readonly string[] = []) {
    const real = this.swap.to(head, dropped);
    return this.swap.moved(real, await this.bringUpTo(real.head));
  }

  private async bringUpTo(head: string) {
    const brought = await this.placement.call(
      `bring ${this.id} up to ${head.slice(0, 12)}`,
      (activities, place) => activities.bringUpTo({ ...this.tree, place, head }),
    );
    this.judgedBy.conflicts(brought.files);
    return brought;
  }

  /** Submits, waits for the turn, and merges; or answers what has to be mended. */
  private async integrate(result: AgentDone, commit: string): Promise<Ready | Turn> {
    const { id, line } = this;
    this.submissions += 1;
    await line.submit(commit);
    if (line.hasAdvice) return this.hearsFirst();
    const prepared = await this.placement.call(`merge and check ${id}`, (activities, place) =>
      activities.prepareMerge({
        ...this.tree,
        place,
        branch: this.branch,
        commit,
        claimed: 'evidence' in result ? result.evidence : [],
        submission: this.submissions,
        ...this.judgedBy.input(this.line.current, result, this.input.knownRed),
      }),
    );
    if (prepared.kind === 'ready') {
      if (line.hasAdvice && heardBeforeMove()) return this.hearsFirst();
      this.treeGoes = treeGoesWithMerge();
      // The move is recorded with the activity above; whatever dies now, it is made exactly so.
      const { merge } = prepared;
      const more = this.treeGoes ? { thenRemove: true } : {};
      const people = { placement: this.placement, ask: line.ask.bind(line) };
      const moved = await movedAsRecorded(people, `merge ${id}`, (activities, place) =>
        activities.moveBranch({ ...this.tree, place, merge, ...more }),
      );
      return moved ? prepared : this.integrate(result, commit);
    }
    const red = prepared.kind === 'red';
    const reason = red ? 'checks are red' : 'conflict';
    const { head } = await line.slot({ child: id, type: 'returned', reason });
    const { files } = await this.bringUpTo(head ?? prepared.head);
    const feedback = red
      ? redFeedback(prepared, this.input.knownRed)
      : [conflictFeedback(prepared.output, files)];
    if (this.another(red ? 'red' : 'conflict')) return back(feedback);
    return this.failing(red ? 'failing-packet' : 'conflict', feedback);
  }

  /** Said after the agent had ended: its last word on the work, so the turn goes to the next. */
  private async hearsFirst(): Promise<Turn> {
    await this.line.slot({ child: this.id, type: 'returned', reason: 'a person has something to say' });
    return back([]);
  }

  private outcome(
    result: AgentDone | undefined,
  ): Omit<PacketOutcome, 'status' | 'files' | 'tests' | 'linesAdded' | 'testLinesAdded'> {
    const done: Claims = result ?? {};
    return {
      packet: this.id,
      summary: done.summary ?? '',
      decisions: done.decisions ?? [],
      constraints: done.constraints ?? [],
      pendingActions: done.pendingActions ?? [],
      ...(done.plan !== undefined && { plan: done.plan }),
      ...(done.rollback !== undefined && { rollback: done.rollback }),
      checkpoints: this.session.checkpoints,
      runs: this.session.runs,
      submissions: this.submissions,
      ...(this.session.handedOver !== undefined && { handOver: this.session.handedOver }),
      ...(this.doneBy !== undefined && { byHand: this.doneBy }),
    };
  }

  private dropped(why: string): PacketOutcome {
    return { ...droppedOutcome(this.id, why), ...this.judgedBy.seen, ...this.outcome(undefined) };
  }

  private merged(result: AgentDone, ready: Ready): PacketOutcome {
    const { merge, files, tests, linesAdded, testLinesAdded, measuring } = ready;
    return {
      ...this.outcome(result),
      status: 'merged',
      merge,
      files,
      tests,
      linesAdded,
      testLinesAdded,
      ...provenBy(ready),
      ...(this.line.hasAdvice && { unheard: true }),
      ...(this.judgedBy.allowances.length > 0 && { allowances: this.judgedBy.allowances }),
      ...(measuring !== undefined && { measuring }),
    };
  }
}
