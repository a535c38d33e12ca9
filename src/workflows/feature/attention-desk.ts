import { condition, log } from '@temporalio/workflow';
import {
  type AttentionItem,
  type Decision,
  type DroppedMessage,
  decisionProblem,
  type TakenDecision,
} from '../../domain/attention.ts';
import type { Ask, FeatureRequest } from '../../domain/messages.ts';
import { askedMark, decisionFor } from '../../domain/what-if.ts';
import { type Answer, answerTo } from '../asking.ts';

/** Who decided, where nobody had to. */
const AUTOMATIC = 'baton (recommended choice)';

/** The open questions of a feature, and what was decided. */
export class AttentionDesk {
  open: AttentionItem[] = [];
  taken: TakenDecision[] = [];
  dropped: DroppedMessage[] = [];
  private counts = new Map<string, number>();

  /** Marks of the questions that are open, by item. */
  private readonly marks = new Map<string, string>();

  constructor(
    private readonly request: Pick<FeatureRequest, 'feature' | 'yes' | 'from'>,
    private readonly changed: () => void,
  ) {}

  /** Opens an item and waits, for days if need be, until it is decided. */
  async ask<const O extends string>(
    ask: Ask<O> & { readonly packet?: string; readonly automatic?: boolean },
  ): Promise<Answer<O>> {
    const stem = ask.packet === undefined ? ask.kind : `${ask.kind}-${ask.packet}`;
    const n = (this.counts.get(stem) ?? 0) + 1;
    this.counts.set(stem, n);
    const { automatic, ...shown } = ask;
    const item: AttentionItem = { ...shown, id: `${stem}-${n}`, openedAt: new Date().toISOString() };
    this.open.push(item);
    const known = this.knownDecision(item, automatic === true);
    if (known !== undefined) this.take(known.decision, true, known.asIn);
    else this.changed();
    await condition(() => this.decided(item.id) !== undefined);
    return answerTo(ask, this.decided(item.id) as TakenDecision);
  }

  /** What decides an item without a person: the same question's answer in an earlier execution, or the recommended choice. */
  private knownDecision(
    item: AttentionItem,
    automatic: boolean,
  ): { readonly decision: Decision; readonly asIn?: string } | undefined {
    const { feature, yes, from } = this.request;
    const { id, recommended, options } = item;
    const asked = askedMark(item.prompt, feature);
    this.marks.set(id, asked);
    const before = decisionFor(from, { id, asked, options });
    if (before !== undefined && from !== undefined) {
      const { asked: _, ...decision } = before;
      return { decision, asIn: from.feature };
    }
    // A person wanted to be asked.
    const anew = from?.anew.includes(id) === true;
    if ((!yes && !automatic) || anew || recommended === undefined) return undefined;
    return { decision: { item: id, choice: recommended, by: AUTOMATIC } };
  }

  /** Takes back what was asked about a packet that nobody works on any more. */
  withdraw(packet: string): void {
    this.open = this.open.filter((item) => item.packet !== packet);
    this.changed();
  }

  private decided(id: string): TakenDecision | undefined {
    return this.taken.find((decision) => decision.item === id);
  }

  /** Why a decision is refused, or undefined; the one that was taken, said again, is no error. */
  problem(decision: unknown): string | undefined {
    const found = decisionProblem(decision, this.open, this.taken);
    return found === undefined || found.again ? undefined : found.problem;
  }

  /** The one handler behind signal and update. Answers the decision that holds. */
  decide(decision: Decision, by: 'signal' | 'update'): TakenDecision | undefined {
    const found = decisionProblem(decision, this.open, this.taken);
    if (found === undefined) return this.take(decision, false);
    if (found.again) return this.decided(decision.item);
    this.drop(by === 'signal' ? 'decide' : 'decide (update)', found.problem);
    return undefined;
  }

  private take(decision: Decision, automatic: boolean, asIn?: string): TakenDecision | undefined {
    const item = this.open.find(({ id }) => id === decision.item);
    if (!item) return undefined;
    const now = new Date();
    const asked = this.marks.get(item.id);
    const taken: TakenDecision = {
      item: item.id,
      choice: decision.choice,
      ...(decision.note !== undefined && { note: decision.note }),
      by: decision.by,
      kind: item.kind,
      ...(item.packet !== undefined && { packet: item.packet }),
      at: now.toISOString(),
      waitedMs: now.getTime() - Date.parse(item.openedAt),
      automatic,
      ...(asIn !== undefined && { asIn }),
      ...(asked !== undefined && { asked }),
    };
    this.marks.delete(item.id);
    this.open = this.open.filter(({ id }) => id !== item.id);
    this.taken.push(taken);
    this.changed();
    return taken;
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.open = [];
  }

  /** Notes a message that could not be used, so that its sender can find out why. */
  drop(signal: string, reason: string): void {
    log.warn('dropped a message', { signal, reason });
    // The newest fifty are enough to see what goes wrong; a flood must not grow the state.
    this.dropped = [...this.dropped, { signal, reason, at: new Date().toISOString() }].slice(-50);
    this.changed();
  }
}
