import { condition, isCancellation } from '@temporalio/workflow';
import { packetBranch } from '../../../domain/ids.ts';
import type { Ask, ChildReport, Instruction, PacketView, Progress } from '../../../domain/messages.ts';
import { droppedOutcome, type PacketOutcome, type RunFigures } from '../../../domain/outcomes.ts';
import type { Packet } from '../../../domain/packet.ts';
import { editProblems, type PlanEdit, type PlanStatus } from '../../../domain/plan-edit.ts';
import type { Answer } from '../../asking.ts';
import { failureText, stopped, stopReason } from '../../home-calls.ts';
import { instructSignal } from '../../messages.ts';
import { MergeTurn } from './merge-turn.ts';
import { type BoardHost, startPacket } from './packet-child.ts';
import { type Entry, newEntry, noteReport, plannedOf, runsOf, type Said, viewOf } from './packet-entry.ts';
import { handsFree, nextForSlots, type Slots } from './slots.ts';

/** The packets of a feature: who runs, who waits for what, whose turn it is to be merged. */
export class PacketBoard {
  private readonly entries = new Map<string, Entry>();
  private readonly merged = new Set<string>();
  private readonly turn = new MergeTurn();
  private version = 0;
  private stop: unknown;
  private running = false;
  private first: readonly string[] = [];

  constructor(private readonly host: BoardHost) {}

  add(packets: readonly Packet[], said?: Said): void {
    for (const packet of packets) this.entries.set(packet.id, newEntry(this.placed(packet), said));
    this.bump();
  }

  private placed(packet: Packet) {
    const { host } = this;
    const branch = packetBranch(host.ref.feature, packet);
    return { packet, role: host.roleOf(packet), branch, person: host.person(packet) };
  }

  /** Starts and merges packets, each as soon as its own dependencies allow, until all have ended. */
  async run(): Promise<void> {
    this.running = true;
    try {
      await this.untilEnded();
    } finally {
      this.running = false;
    }
  }

  private async untilEnded(): Promise<void> {
    for (;;) {
      if (this.stop !== undefined) throw this.stop;
      const seen = this.version;
      this.settle();
      await this.give();
      this.host.changed();
      const all = [...this.entries.values()];
      if (all.every(({ settled }) => settled) && this.host.mayEnd()) return;
      await condition(() => this.version !== seen || this.stop !== undefined);
    }
  }

  /** Takes note of packets that ended since the last look. */
  private settle(): void {
    const all = [...this.entries.values()];
    for (const entry of all) if (entry.failure !== undefined) this.failed(entry);
    for (;;) {
      const entry = all.find(({ settled, outcome }) => !settled && outcome !== undefined);
      if (entry?.outcome === undefined) return;
      entry.settled = true;
      if (entry.outcome.status === 'dropped') this.dropDependents(entry.packet.id);
      if (entry.outcome.status === 'merged') this.merged.add(entry.packet.id);
      this.host.ended(entry.packet, entry.outcome);
    }
  }

  /** Asks what is to become of a packet whose workflow failed; the others go on meanwhile. */
  private failed(entry: Entry): void {
    const { failure, packet } = entry;
    delete entry.failure;
    delete entry.handle;
    entry.pastRuns.push(...entry.told.splice(0));
    if (isCancellation(failure)) throw failure;
    const stop = stopReason(failure);
    if (stop !== undefined) throw stopped(stop);
    const why = failureText(failure instanceof Error && failure.cause ? failure.cause : failure);
    entry.status = 'blocked';
    const ask = {
      packet: packet.id,
      kind: 'environment' as const,
      prompt: `The workflow of packet ${packet.id} failed: ${why}`,
      options: ['retry', 'drop', 'stop'],
    };
    this.asked(ask, ({ choice }) => {
      if (choice === 'stop') this.stop = stopped(`packet ${packet.id} failed: ${why}`);
      else if (choice === 'retry') entry.status = 'waiting';
      else this.drop(entry, `its workflow failed: ${why}`);
    });
  }

  /** Why the plan can't be changed now, or so; an empty list: it can. */
  editProblems(edit: PlanEdit): string[] {
    if (!this.running) return ['the packets are done: the feature is past changing its plan'];
    const { feature, base } = this.host.ref;
    return editProblems(feature, base, this.plan().packets, edit);
  }

  /** Changes the plan by an edit without problems. Who works on a packet is told. */
  async edit({ add, amend, drop, first, by }: PlanEdit): Promise<void> {
    if (first !== undefined) this.first = first;
    for (const packet of amend) {
      const entry = this.entry(packet.id);
      Object.assign(entry, this.placed(packet));
      if (entry.handle !== undefined) await this.tell(entry, { type: 'amend', packet, by });
    }
    for (const id of drop) {
      const entry = this.entry(id);
      const why = `dropped from the plan by ${by}`;
      if (entry.handle === undefined) this.drop(entry, why);
      else {
        entry.dropping = why;
        entry.awaitsSwap = false;
        delete entry.decision;
        this.left(entry);
        await this.tell(entry, { type: 'drop', why });
      }
    }
    this.add(add);
  }

  /** The packets, whole, and how far they are. */
  plan(): PlanStatus {
    const packets = [...this.entries.values()].map(plannedOf);
    return { packets, concurrency: this.host.concurrency, first: this.first };
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
    void this.host.ask(ask).then((decision) => {
      then(decision);
      this.bump();
    }, unlessCancelled);
  }

  private drop(entry: Entry, why: string): void {
    entry.status = 'dropped';
    entry.note = why;
    entry.outcome = droppedOutcome(entry.packet.id, why);
  }

  /** What hangs on a packet that will never be merged can't be started either. */
  private dropDependents(id: string): void {
    for (const entry of this.entries.values())
      if (
        entry.status === 'waiting' &&
        entry.packet.dependencies.some(({ packet, type }) => packet === id && type === 'hard')
      )
        this.drop(entry, `depends on ${id}, which was dropped`);
  }

  private gone(id: string): boolean {
    return this.merged.has(id) || this.entries.get(id)?.status === 'dropped';
  }

  /** Gives out slots and the merge turn. */
  private async give(): Promise<void> {
    for (const entry of this.entries.values())
      if (entry.awaitsSwap && entry.unswapped.every((id) => this.gone(id))) {
        entry.awaitsSwap = false;
        entry.wants = true;
      }
    if (this.host.paused()) return;
    // Nothing is awaited for nothing: the order of commands beside this would change with it.
    if ([...this.entries.values()].some(({ asksRun }) => asksRun)) await this.letRun();
    const slots = this.slots();
    const hands = handsFree(slots);
    if (hands.length > 0) await Promise.all(hands.map((entry) => this.giveSlot(entry)));
    await Promise.all(nextForSlots(slots).map((id) => this.giveSlot(this.entry(id))));
    const next = this.host.mayMerge() ? this.turn.next() : undefined;
    if (next === undefined) return;
    this.entry(next).status = 'merging';
    await this.tell(this.entry(next), { type: 'merge' });
  }

  private slots(): Slots {
    const { host, merged, first } = this;
    return {
      entries: [...this.entries.values()],
      merged,
      first,
      concurrency: host.concurrency,
      mayStart: (packet) => host.mayStart(packet),
      mayRun: () => host.mayRun(),
    };
  }

  /** Packets that hold a slot and want a further run have it, or give the slot back until the budget allows it. */
  private async letRun(): Promise<void> {
    for (const entry of this.entries.values()) {
      if (!entry.asksRun) continue;
      entry.asksRun = false;
      if (entry.holdsSlot && this.host.mayRun()) {
        entry.status = 'running';
        await this.tell(entry, { type: 'continue', head: this.host.head() });
        continue;
      }
      this.left(entry);
      entry.wants = true;
      entry.needsRun = true;
      entry.status = 'blocked';
      entry.note = "waits for the feature's budget";
    }
  }

  private async giveSlot(entry: Entry): Promise<void> {
    entry.holdsSlot = entry.person !== 'instead';
    entry.needsRun = false;
    entry.status = 'running';
    if (entry.handle === undefined) return this.start(entry);
    entry.wants = false;
    const { decision } = entry;
    delete entry.decision;
    const dropped = entry.unswapped.filter((id) => !this.merged.has(id) && this.gone(id));
    await this.tell(entry, {
      type: 'continue',
      head: this.host.head(),
      ...(decision !== undefined && { decision }),
      ...(dropped.length > 0 && { dropped }),
    });
  }

  private async start(entry: Entry): Promise<void> {
    entry.unswapped = entry.packet.dependencies
      .filter(({ packet: id }) => !this.gone(id))
      .map(({ packet: id }) => id);
    const paused = this.host.paused();
    const handle = await startPacket(this.host, entry);
    entry.handle = handle;
    if (this.host.paused() !== paused)
      await this.tell(entry, { type: this.host.paused() ? 'pause' : 'resume' });
    void handle
      .result()
      .then(
        (outcome) => {
          entry.outcome = outcome;
          entry.status = outcome.status;
          if (outcome.why !== undefined) entry.note = outcome.why;
        },
        (error: unknown) => {
          entry.failure = error;
        },
      )
      .then(() => {
        this.left(entry);
        this.bump();
      });
  }

  /** The entry works no more, so what it held is free. */
  private left(entry: Entry): void {
    entry.holdsSlot = false;
    entry.wants = false;
    entry.asksRun = false;
    this.turn.leave(entry.packet.id);
  }

  /** A packet's report. Throws nothing: what can't be used is told by the answer. */
  report(report: ChildReport): string | undefined {
    const entry = this.entries.get(report.child);
    if (entry === undefined) return `there is no packet "${report.child}"`;
    if (report.type === 'ran') {
      entry.told.push(...report.runs);
      this.bump();
      return undefined;
    }
    if (report.type !== 'wants-run') this.left(entry);
    entry.lastCheck = new Date().toISOString();
    // On its way out: what it reports crossed with what it was told.
    if (entry.dropping !== undefined) return undefined;
    noteReport(entry, report, (id) => this.gone(id));
    if (report.type === 'submitted') this.turn.enter(report.child);
    if (report.type === 'asks')
      this.asked({ ...report.ask, packet: report.child }, (decision) => {
        if (entry.dropping !== undefined) return;
        entry.decision = decision;
        entry.wants = true;
      });
    this.bump();
    return undefined;
  }

  progress({ packet, percent, note }: Progress): void {
    const entry = this.entries.get(packet);
    if (entry === undefined || entry.dropping !== undefined) return;
    entry.lastCheck = new Date().toISOString();
    entry.note = note;
    if (percent !== undefined) entry.percent = percent;
    this.host.changed();
  }

  /** Passes a person's advice on; answers why it can't be. */
  async advise(packet: string, message: string, by: string): Promise<string | undefined> {
    const entry = this.entries.get(packet);
    if (entry === undefined)
      return `there is no packet "${packet}"; there are: ${[...this.entries.keys()].join(', ')}`;
    if (entry.handle === undefined || entry.settled) return `packet "${packet}" is ${entry.status}`;
    await this.tell(entry, { type: 'advice', message, by });
    return undefined;
  }

  /** Tells every packet that runs. */
  async tellAll(instruction: Instruction): Promise<void> {
    const running = [...this.entries.values()].filter(
      ({ handle, settled }) => handle !== undefined && !settled,
    );
    await Promise.all(running.map((entry) => this.tell(entry, instruction)));
    this.bump();
  }

  private async tell(entry: Entry, instruction: Instruction): Promise<void> {
    // A packet that has just ended can't be told anything; its end arrives by itself.
    await entry.handle?.signal(instructSignal, instruction).catch((error: unknown) => {
      if (isCancellation(error)) throw error;
    });
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new Error(`no packet ${id}`);
    return entry;
  }

  bump(): void {
    this.version += 1;
    this.host.changed();
  }

  /** Children that have not ended yet. */
  get live(): number {
    return [...this.entries.values()].filter(
      ({ handle, outcome, failure, settled }) =>
        handle !== undefined && outcome === undefined && failure === undefined && !settled,
    ).length;
  }

  get integrationRounds(): number {
    return this.turn.rounds;
  }

  get slotsUsed(): number {
    return [...this.entries.values()].filter(({ holdsSlot }) => holdsSlot).length;
  }

  get packets(): readonly Packet[] {
    return [...this.entries.values()].map(({ packet }) => packet);
  }

  /** Of all packets, as far as they were told. */
  runs(): RunFigures[] {
    return [...this.entries.values()].flatMap(runsOf);
  }

  outcomes(): PacketOutcome[] {
    return [...this.entries.values()].flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  }

  /** Whether all packets of these kinds have ended, and there is one. */
  allEnded(kinds: readonly Packet['kind'][]): boolean {
    const those = [...this.entries.values()].filter(({ packet }) => kinds.includes(packet.kind));
    return those.length > 0 && those.every(({ settled }) => settled);
  }

  views(): PacketView[] {
    return [...this.entries.values()].map(viewOf);
  }
}
