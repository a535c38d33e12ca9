import { condition, isCancellation } from '@temporalio/workflow';
import type { Ask, ChildReport, Instruction, Progress } from '../../../domain/messages.ts';
import type { Packet } from '../../../domain/packet.ts';
import type { Answer } from '../../asking.ts';
import { childrenById } from '../../patches.ts';
import { failureText, stopped, stopReason } from '../../stopping.ts';
import { cancelChild, untilEnded } from '../children.ts';
import { BoardEdits } from './board-edits.ts';
import { BoardView } from './board-view.ts';
import { Entries } from './entries.ts';
import { leave, MergeTurn } from './merge-turn.ts';
import { type BoardHost, placedBy, startPacket, tellPacket } from './packet-child.ts';
import {
  BLOCKED,
  begun,
  dropEntry,
  type Entry,
  endEntry,
  holdsSlot,
  isDropping,
  isSettled,
  listener,
  newEntry,
  noteReport,
  type Running,
  type Said,
  statusOf,
  WAITING,
} from './packet-entry.ts';
import { handsFree, nextForSlots, type Slots } from './slots.ts';

/** The end of a packet's workflow arrives with the next task of the feature's, which takes a server a second at most. */
const END_ARRIVES_WITHIN = '10s';

/** Who runs of a feature's packets, who waits for what, and whose turn it is to be merged. */
export class PacketBoard {
  readonly entries = new Entries();
  private readonly merged = new Set<string>();
  private readonly turn = new MergeTurn();
  private version = 0;
  private stop: unknown;
  private going = false;
  readonly view: BoardView;
  readonly edits: BoardEdits;

  constructor(private readonly host: BoardHost) {
    const { entries, turn } = this;
    this.view = new BoardView(entries, turn, host.state.opened.concurrency);
    this.edits = new BoardEdits({ state: host.state, entries, turn, add: (packets) => this.add(packets) });
  }

  /** Whether its packets are worked on. */
  get running(): boolean {
    return this.going;
  }

  add(packets: readonly Packet[], said?: Said): void {
    for (const packet of packets) this.entries.put(newEntry(placedBy(this.host.state, packet), said));
    this.bump();
  }

  /** Starts and merges packets, each as soon as its own dependencies allow, until all have ended. */
  async run(): Promise<void> {
    this.going = true;
    try {
      await this.untilEnded();
    } finally {
      this.going = false;
    }
  }

  private async untilEnded(): Promise<void> {
    for (;;) {
      if (this.stop !== undefined) throw this.stop;
      const seen = this.version;
      this.settle();
      await this.give();
      this.view.noteTimes();
      this.host.state.show();
      const all = this.entries.all;
      if (all.every(isSettled) && this.host.phases.mayEnd()) return;
      await condition(() => this.version !== seen || this.stop !== undefined);
    }
  }

  /** Takes note of packets that ended since the last look. */
  private settle(): void {
    const all = this.entries.all;
    for (const entry of all) this.lookAtFailure(entry);
    // From the first again each time: one that is dropped drops others before it.
    let found = true;
    while (found) found = all.some((entry) => this.settled(entry));
  }

  /** Takes note of the packet's end, where that hasn't been done. */
  private settled({ at, packet }: Entry): boolean {
    if (at.phase !== 'ended' || at.settled) return false;
    at.settled = true;
    if (at.outcome.status === 'dropped') this.dropDependents(packet.id);
    if (at.outcome.status === 'merged') this.merged.add(packet.id);
    this.host.phases.ended(packet, at.outcome);
    return true;
  }

  /** Asks what is to become of a packet whose workflow failed; the others go on meanwhile. */
  private lookAtFailure(entry: Entry): void {
    const { at, packet } = entry;
    if (at.phase !== 'failed' || at.handle === undefined) return;
    at.handle = undefined;
    entry.pastRuns.push(...entry.told.splice(0));
    const { failure } = at;
    if (isCancellation(failure)) throw failure;
    const stop = stopReason(failure);
    if (stop !== undefined) throw stopped(stop);
    const why = failureText(failure instanceof Error && failure.cause ? failure.cause : failure);
    entry.at = BLOCKED;
    const ask = {
      packet: packet.id,
      kind: 'environment' as const,
      prompt: `The workflow of packet ${packet.id} failed: ${why}`,
      options: ['retry', 'drop', 'stop'] as const,
    };
    this.asked(ask, ({ choice }) => {
      if (choice === 'stop') this.stop = stopped(`packet ${packet.id} failed: ${why}`);
      else if (entry.at !== BLOCKED) return;
      else if (choice === 'retry') entry.at = WAITING;
      else dropEntry(entry, `its workflow failed: ${why}`);
    });
  }

  /** Ends the board's run with this error. */
  abandon(reason: unknown): void {
    this.stop = reason;
    this.bump();
  }

  /** Puts a question to people while the board goes on. */
  private asked<const O extends string>(
    ask: Ask<O> & { readonly packet: string },
    then: (answer: Answer<O>) => void,
  ): void {
    // Where the feature is cancelled nobody waits for the answer any more.
    const unlessCancelled = (error: unknown) => {
      if (!isCancellation(error)) throw error;
    };
    void this.host.desk.ask(ask).then((decision) => {
      then(decision);
      this.bump();
    }, unlessCancelled);
  }

  /** What hangs on a packet that will never be merged can't be started either. */
  private dropDependents(id: string): void {
    for (const entry of this.entries.all)
      if (
        entry.at === WAITING &&
        entry.packet.dependencies.some(({ packet, type }) => packet === id && type === 'hard')
      )
        dropEntry(entry, `depends on ${id}, which was dropped`);
  }

  private gone(id: string): boolean {
    const entry = this.entries.find(id);
    return this.merged.has(id) || (entry !== undefined && statusOf(entry) === 'dropped');
  }

  /** Gives out slots and the merge turn. */
  private async give(): Promise<void> {
    for (const { at } of this.entries.all)
      if (at.phase === 'running' && at.slot === 'after-swap' && at.unswapped.every((id) => this.gone(id)))
        at.slot = 'wanted';
    if (this.host.state.paused) return;
    // Nothing is awaited for nothing: the order of commands beside this would change with it.
    if (this.entries.working.some(({ at }) => at.slot === 'asks-run')) await this.letRun();
    const slots = this.slots();
    const hands = handsFree(slots);
    if (hands.length > 0) await Promise.all(hands.map((entry) => this.giveSlot(entry)));
    await Promise.all(nextForSlots(slots).map((id) => this.giveSlot(this.entries.the(id))));
    const next = this.host.phases.mayMerge() ? this.turn.next() : undefined;
    if (next === undefined) return;
    const entry = this.entries.the(next);
    if (entry.at.phase === 'running') entry.at.status = 'merging';
    await tellPacket(entry, { type: 'merge' });
  }

  private slots(): Slots {
    const { host, merged } = this;
    return {
      entries: this.entries.all,
      merged,
      first: this.entries.first,
      concurrency: host.state.opened.concurrency,
      mayStart: (packet) => host.phases.mayStart(packet),
      mayRun: () => host.budget.mayRun(),
    };
  }

  /** Packets that hold a slot and want a further run have it, or give the slot back until the budget allows it. */
  private async letRun(): Promise<void> {
    for (const entry of this.entries.all) {
      const { at } = entry;
      if (at.phase !== 'running' || at.slot !== 'asks-run') continue;
      if (holdsSlot(entry) && this.host.budget.mayRun()) {
        at.slot = 'held';
        at.status = 'running';
        await tellPacket(entry, { type: 'continue', head: this.host.state.head });
        continue;
      }
      leave(entry, this.turn);
      at.slot = 'wanted-with-run';
      at.status = 'blocked';
      entry.note = "waits for the feature's budget";
    }
  }

  private async giveSlot(entry: Entry): Promise<void> {
    const { at } = entry;
    if (at.phase !== 'running') return this.start(entry);
    const { answer, unswapped } = at;
    at.slot = 'held';
    at.status = 'running';
    at.answer = undefined;
    const dropped = unswapped.filter((id) => !this.merged.has(id) && this.gone(id));
    await tellPacket(entry, {
      type: 'continue',
      head: this.host.state.head,
      ...(answer !== undefined && { decision: answer }),
      ...(dropped.length > 0 && { dropped }),
    });
  }

  private async start(entry: Entry): Promise<void> {
    const unswapped = entry.packet.dependencies
      .filter(({ packet: id }) => !this.gone(id))
      .map(({ packet: id }) => id);
    const at = begun(unswapped);
    entry.at = at;
    const paused = this.host.state.paused;
    const handle = await startPacket(this.host.state, entry, unswapped);
    at.handle = handle;
    at.lost = () => this.lost(entry, at, handle);
    // Dropped while nobody could be told.
    const { dropping } = at;
    if (this.host.state.paused !== paused)
      await tellPacket(entry, { type: this.host.state.paused ? 'pause' : 'resume' });
    if (dropping !== undefined) await tellPacket(entry, { type: 'drop', why: dropping });
    void handle
      .result()
      .then(
        (outcome) => {
          if (entry.at !== at) return;
          endEntry(entry, outcome);
          if (outcome.why !== undefined) entry.note = outcome.why;
        },
        (failure: unknown) => {
          if (entry.at === at) entry.at = { phase: 'failed', failure, status: at.status, handle };
        },
      )
      .then(() => {
        leave(entry, this.turn);
        this.bump();
      });
  }

  /** A packet that can't be told anything ends by itself within moments; else nobody would ever hear of it again. */
  private lost(entry: Entry, at: Running, handle: NonNullable<Running['handle']>): void {
    at.lost = undefined;
    void condition(() => entry.at !== at, END_ARRIVES_WITHIN).then(
      (ended) => {
        if (ended) return;
        const failure = new Error(
          'it can be told nothing any more (its feature was reset, or it was sent more messages than a server takes), so it is ended',
        );
        entry.at = { phase: 'failed', failure, status: at.status, handle };
        leave(entry, this.turn);
        this.bump();
        void cancelChild(handle);
      },
      // Where the feature is cancelled its children are ended anyhow.
      () => undefined,
    );
  }

  /** Waits until the workflows of all packets have ended, which were cancelled. */
  async untilGone(): Promise<void> {
    if (this.entries.live === 0 || !childrenById()) return condition(() => this.entries.live === 0);
    const live = () =>
      this.entries.working.flatMap(({ entry, at: { handle } }) =>
        handle === undefined ? [] : [{ entry, workflowId: handle.workflowId }],
      );
    await untilEnded(live, ({ entry }) => {
      if (entry.at.phase === 'running') entry.at.handle = undefined;
    });
  }

  /** A packet's report. Throws nothing: what can't be used is told by the answer. */
  report(report: ChildReport): string | undefined {
    const entry = this.entries.find(report.child);
    if (entry === undefined) return `there is no packet "${report.child}"`;
    if (report.type === 'ran') {
      entry.told.push(...report.runs);
      if (report.soFar !== undefined) entry.soFar = report.soFar;
      this.bump();
      return undefined;
    }
    if (report.type !== 'wants-run') leave(entry, this.turn);
    entry.lastCheck = new Date().toISOString();
    const { at } = entry;
    // On its way out: what it reports crossed with what it was told.
    if (at.phase !== 'running' || at.dropping !== undefined) return undefined;
    noteReport(entry, at, report, (id) => this.gone(id));
    if (report.type === 'submitted') this.turn.enter(report.child);
    if (report.type === 'asks')
      this.asked({ ...report.ask, packet: report.child }, (answer) => {
        if (at.dropping !== undefined) return;
        at.answer = answer;
        at.slot = 'wanted';
      });
    this.bump();
    return undefined;
  }

  progress({ packet, percent, note, waits }: Progress): void {
    const entry = this.entries.find(packet);
    if (entry === undefined || isDropping(entry)) return;
    entry.lastCheck = new Date().toISOString();
    entry.note = note;
    entry.waitsForSlot = waits === true;
    if (percent !== undefined) entry.percent = percent;
    this.host.state.show();
  }

  /** Why a packet can't be given advice, or undefined. */
  adviceProblem(packet: string): string | undefined {
    const entry = this.entries.find(packet);
    if (entry === undefined)
      return `there is no packet "${packet}"; there are: ${this.view.packets.map(({ id: other }) => other).join(', ')}`;
    return listener(entry) === undefined ? `packet "${packet}" is ${statusOf(entry)}` : undefined;
  }

  /** Passes a person's advice on; answers why it can't be. */
  async advise(packet: string, message: string, by: string): Promise<string | undefined> {
    const problem = this.adviceProblem(packet);
    if (problem !== undefined) return problem;
    await tellPacket(this.entries.the(packet), { type: 'advice', message, by });
    return undefined;
  }

  /** Tells every packet that runs. */
  async tellAll(instruction: Instruction): Promise<void> {
    await Promise.all(this.entries.listening.map((entry) => tellPacket(entry, instruction)));
    this.bump();
  }

  bump(): void {
    this.version += 1;
    this.view.noteTimes();
    this.host.state.show();
  }
}
