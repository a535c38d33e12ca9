import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import type { Feedback } from '../../domain/agent-protocol.ts';
import type { WaitReason } from '../../domain/agent-trouble.ts';
import { adviceOf } from '../../domain/feedback.ts';
import { featureWorkflowId } from '../../domain/ids.ts';
import { instructionProblem } from '../../domain/message-problems.ts';
import type { Ask, ChildReport, Instruction } from '../../domain/messages.ts';
import type { Packet } from '../../domain/packet.ts';
import { type Answer, answerTo } from '../asking.ts';
import { instructSignal } from '../messages.ts';
import { mergesAnew, turnAfterQuestion } from '../patches.ts';
import { showPaused } from '../show-paused.ts';
import { tellFeature } from '../tell-feature.ts';

export type Continue = Extract<Instruction, { type: 'continue' }>;

/** A packet's conversation with its feature: reports go up, instructions come down. Made before the first await. */
export class FeatureLine {
  private inbox: Instruction[] = [];
  private advice: Feedback[] = [];
  private scope: CancellationScope | undefined;
  private readonly whole = new CancellationScope();
  private dropped: string | undefined;
  /** The slot that the packet was started with, or was given since. */
  private hasSlot = true;
  /** The commit whose turn it is to be merged. */
  private submitted: string | undefined;

  constructor(
    private readonly feature: string,
    private packet: Packet,
    private paused: boolean,
  ) {
    this.to = featureWorkflowId(feature);
    setHandler(instructSignal, (instruction) => this.instructed(instruction));
  }

  /** Workflow id of the feature. */
  readonly to: string;

  /** The packet as it was given, or last amended. */
  get current(): Packet {
    return this.packet;
  }

  private instructed(instruction: Instruction): void {
    if (instructionProblem(instruction) !== undefined) return;
    switch (instruction.type) {
      case 'pause':
      case 'resume':
        this.paused = instruction.type === 'pause';
        showPaused(this.paused);
        return;
      case 'advice':
        this.interrupt(`${instruction.message}\n(from ${instruction.by})`);
        return;
      case 'amend':
        this.packet = instruction.packet;
        this.interrupt(
          `Your packet was amended by ${instruction.by}; the packet of this task is the new one. Look at what changed, and go on by it.`,
        );
        return;
      case 'drop':
        this.dropped = instruction.why;
        this.whole.cancel();
        return;
      default:
        this.inbox.push(instruction);
    }
  }

  /** Does the packet's work until it is done, or a person drops the packet: answers why. */
  async untilDropped<T>(work: () => Promise<T>): Promise<T | { readonly dropped: string }> {
    try {
      return await this.whole.run(work);
    } catch (error) {
      const cancelled = CancellationScope.current().consideredCancelled;
      if (this.dropped === undefined || cancelled || !isCancellation(error)) throw error;
      return { dropped: this.dropped };
    }
  }

  /** Said at the next safe point: a run that goes on is stopped for it and resumed. */
  private interrupt(text: string): void {
    this.advice.push(adviceOf(text));
    this.scope?.cancel();
  }

  tell(report: ChildReport): Promise<void> {
    return tellFeature(this.feature, report);
  }

  async next(wanted: (instruction: Instruction) => boolean): Promise<Instruction> {
    await condition(() => this.inbox.some(wanted));
    const found = this.inbox.find(wanted) as Instruction;
    this.inbox = this.inbox.filter((instruction) => instruction !== found);
    return found;
  }

  /** Submits the work, and waits for its turn to be merged. */
  async submit(commit: string): Promise<void> {
    this.forgetTurns();
    await this.tell({ child: this.packet.id, type: 'submitted', commit });
    await this.next(({ type }) => type === 'merge');
    this.submitted = commit;
  }

  /** The feature gives a turn for each submission, and again after a reset. */
  private forgetTurns(): void {
    const others = this.inbox.filter(({ type }) => type !== 'merge');
    if (others.length < this.inbox.length && mergesAnew()) this.inbox = others;
  }

  /** Reports something that gives the slot back, and waits for one. */
  async slot(report: ChildReport): Promise<Continue> {
    this.submitted = undefined;
    await this.tell(report);
    const given = (await this.next(({ type }) => type === 'continue')) as Continue;
    this.hasSlot = true;
    return given;
  }

  /** Gives the slot back while the work is checked: nobody works on it meanwhile. */
  async checks(): Promise<void> {
    if (!this.hasSlot) return;
    this.hasSlot = false;
    await this.tell({ child: this.packet.id, type: 'checks' });
  }

  /** Waits for a slot if the last one was given back. */
  async regainSlot(reason: string): Promise<void> {
    if (!this.hasSlot) await this.slot({ child: this.packet.id, type: 'returned', reason });
  }

  async ask<const O extends string>(ask: Ask<O>): Promise<Answer<O>> {
    const { submitted } = this;
    const { decision } = await this.slot({ child: this.packet.id, type: 'asks', ask });
    // Others were merged meanwhile, and one may be now.
    if (submitted !== undefined && turnAfterQuestion()) await this.submit(submitted);
    return answerTo(ask, decision ?? { choice: 'retry', by: 'nobody' });
  }

  ready(): Promise<void> {
    return condition(() => !this.paused);
  }

  /** Waits until then without a slot, or until somebody has something to say. */
  async wait(why: WaitReason, untilMs: number): Promise<void> {
    await this.tell({ child: this.packet.id, type: 'waits', why, untilMs });
    await condition(() => this.advice.length > 0, Math.max(1, untilMs - Date.now()));
    await this.slot({ child: this.packet.id, type: 'returned', reason: 'the wait for the provider is over' });
  }

  /** Waits until the feature's budget lets the agent run again. */
  async wantsRun(): Promise<void> {
    await this.slot({ child: this.packet.id, type: 'wants-run' });
  }

  /** Whether something was said that no run has heard. */
  get hasAdvice(): boolean {
    return this.advice.length > 0;
  }

  takeAdvice(): Feedback[] {
    return this.advice.splice(0);
  }

  running(scope: CancellationScope | undefined): void {
    this.scope = scope;
  }
}
