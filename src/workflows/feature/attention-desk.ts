import { condition, log } from '@temporalio/workflow';
import {
  type AttentionItem,
  type Decision,
  type DroppedMessage,
  decisionProblem,
  type TakenDecision,
} from '../../domain/attention.ts';
import type { Ask, FeatureRequest } from '../../domain/messages.ts';
import { cut } from '../../domain/visible.ts';
import { askedMark, decisionFor } from '../../domain/what-if.ts';
import { type Answer, answerTo } from '../asking.ts';

/** Who decided, where nobody had to. */
const AUTOMATIC = 'baton (recommended choice)';

/** The newest are enough to see what goes wrong; a flood must grow neither the state nor the worker's log. */
const MAX_DROPPED = 50;
const MAX_LOGGED = 100;
/** Characters of a reason, which may quote what was sent. */
const MAX_REASON = 1_000;

/** The open questions of a feature, and what was decided. */
export class AttentionDesk {
  open: AttentionItem[] = [];
  taken: TakenDecision[] = [];
  dropped: DroppedMessage[] = [];
  private counts = new Map<string, number>();
  private drops = 0;
  private readonly takenBack = new Set<string>();
  /** By item: looked at for every open item after every message. */
  private readonly takenByItem = new Map<string, TakenDecision>();
  /** Items about what is away, by what that is, and the packets that wait; undefined stands for the feature itself. */
  private shared = new Map<string, { readonly id: string; readonly waiting: Set<string | undefined> }>();

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
    const { about, ...own } = ask;
    const id = about === undefined ? this.put(own) : this.putForAll(about, own);
    await condition(() => this.decided(id) !== undefined);
    return answerTo(ask, this.decided(id) as TakenDecision);
  }

  /** The same, for a question that may be taken back: then the answer is undefined. `asked` is told the item's id. */
  async askUnlessTakenBack<const O extends string>(
    ask: Ask<O> & { readonly automatic?: boolean },
    asked: (item: string) => void,
  ): Promise<Answer<O> | undefined> {
    const id = this.put(ask);
    asked(id);
    await condition(() => this.decided(id) !== undefined || this.takenBack.has(id));
    const taken = this.decided(id);
    return taken === undefined ? undefined : answerTo(ask, taken);
  }

  /** Takes an open question back, since what it was about is no more. */
  takeBack(id: string): void {
    this.takenBack.add(id);
    this.marks.delete(id);
    this.open = this.open.filter((item) => item.id !== id);
    this.changed();
  }

  /** Opens an item. @returns its id */
  private put({ automatic, ...shown }: Ask & { readonly packet?: string; readonly automatic?: boolean }) {
    const stem = shown.packet === undefined ? shown.kind : `${shown.kind}-${shown.packet}`;
    const n = (this.counts.get(stem) ?? 0) + 1;
    this.counts.set(stem, n);
    const item: AttentionItem = { ...shown, id: `${stem}-${n}`, openedAt: new Date().toISOString() };
    this.open.push(item);
    const known = this.knownDecision(item, automatic === true);
    if (known !== undefined) this.take(known.decision, true, known.asIn);
    else this.changed();
    return item.id;
  }

  /** The open item about what is away, or a new one: nobody's in particular, since all that wait for it share it. */
  private putForAll(about: string, { packet, ...ask }: Ask & { readonly packet?: string }): string {
    const there = this.shared.get(about);
    const shared =
      there !== undefined && this.open.some(({ id }) => id === there.id)
        ? there
        : { id: this.put(ask), waiting: new Set<string | undefined>() };
    shared.waiting.add(packet);
    this.shared.set(about, shared);
    return shared.id;
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
    const alone = [...this.shared.values()].filter(
      ({ waiting }) => waiting.delete(packet) && waiting.size === 0,
    );
    this.open = this.open.filter((item) => item.packet !== packet && alone.every(({ id }) => id !== item.id));
    this.changed();
  }

  private decided(id: string): TakenDecision | undefined {
    return this.takenByItem.get(id);
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
    this.takenByItem.set(item.id, taken);
    this.changed();
    return taken;
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.open = [];
  }

  /** Notes a message that could not be used, so that its sender can find out why. */
  drop(signal: string, reason: string): void {
    this.drops += 1;
    if (this.drops <= MAX_LOGGED) log.warn('dropped a message', { signal, reason: cut(reason, MAX_REASON) });
    const one = { signal, reason: cut(reason, MAX_REASON), at: new Date().toISOString() };
    this.dropped = [...this.dropped, one].slice(-MAX_DROPPED);
    this.changed();
  }
}
