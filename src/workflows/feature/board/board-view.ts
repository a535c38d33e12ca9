import type { PacketView } from '../../../domain/messages.ts';
import type { PacketOutcome, RunFigures, SoFar } from '../../../domain/outcomes.ts';
import type { Packet } from '../../../domain/packet.ts';
import type { PlannedPacket, PlanStatus } from '../../../domain/plan-edit.ts';
import type { Entries } from './entries.ts';
import type { MergeTurn } from './merge-turn.ts';
import { type Entry, holdsSlot, isDropping, statusOf } from './packet-entry.ts';

/** Every run of the packet that is known of. */
const runsOf = ({ pastRuns, told, at }: Entry): RunFigures[] => [
  ...pastRuns,
  // A workflow that has ended told them all.
  ...(at.phase === 'ended' && at.handle !== undefined ? at.outcome.runs : told),
];

function viewOf(entry: Entry): PacketView {
  const { packet, role, branch, lastCheck, percent, note, seen, waitsForSlot } = entry;
  const status = statusOf(entry);
  return {
    id: packet.id,
    kind: packet.kind,
    branch,
    status,
    role,
    size: packet.size,
    ...(seen?.status === status && { since: seen.since }),
    ...(waitsForSlot === true && status === 'running' && { waitsForSlot }),
    ...(lastCheck !== undefined && { lastCheck }),
    ...(percent !== undefined && { percent }),
    ...(note !== undefined && { note }),
    dependencies: packet.dependencies.map(({ packet: id, type }) => (type === 'soft' ? `${id} (soft)` : id)),
  };
}

export const plannedOf = (entry: Entry): PlannedPacket => ({
  packet: entry.packet,
  status: isDropping(entry) ? 'dropped' : statusOf(entry),
  started: entry.at.phase !== 'planned' && entry.at.handle !== undefined,
});

/** What a board's packets are, how far they are, and what they came to. Changes nothing. */
export class BoardView {
  constructor(
    private readonly entries: Entries,
    private readonly turn: MergeTurn,
    private readonly concurrency: number,
  ) {}

  get packets(): readonly Packet[] {
    return this.entries.all.map(({ packet }) => packet);
  }

  /** As people are shown them. */
  get shown(): PacketView[] {
    return this.entries.all.map(viewOf);
  }

  /** The packets, whole, and how far they are. */
  get plan(): PlanStatus {
    const { concurrency, entries } = this;
    return { packets: entries.all.map(plannedOf), concurrency, first: entries.first };
  }

  /** Of all packets, as far as they were told. */
  get runs(): RunFigures[] {
    return this.entries.all.flatMap(runsOf);
  }

  get outcomes(): PacketOutcome[] {
    return this.entries.all.flatMap(({ at }) => (at.phase === 'ended' ? [at.outcome] : []));
  }

  /** What was measured of packets that have no outcome, by their ids. */
  get soFar(): ReadonlyMap<string, SoFar> {
    return new Map(
      this.entries.all.flatMap(({ packet, soFar }) =>
        soFar === undefined ? [] : [[packet.id, soFar] as const],
      ),
    );
  }

  get slotsUsed(): number {
    return this.entries.all.filter(holdsSlot).length;
  }

  /** Takes note of when each packet came to the status that it has. */
  noteTimes(): void {
    for (const entry of this.entries.all) {
      const status = statusOf(entry);
      if (entry.seen?.status !== status) entry.seen = { status, since: new Date().toISOString() };
    }
  }

  get mergesNext(): readonly string[] {
    return this.turn.order;
  }

  get integrationRounds(): number {
    return this.turn.rounds;
  }
}
