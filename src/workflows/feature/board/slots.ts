import type { Packet } from '../../../domain/packet.ts';
import { canStart, nextToRun } from '../../../domain/schedule.ts';
import { type Entry, holdsSlot, sized, wantsSlot } from './packet-entry.ts';

/** What the choice of who gets a slot depends on. */
export interface Slots {
  readonly entries: readonly Entry[];
  readonly merged: ReadonlySet<string>;
  /** Packets that people put first. */
  readonly first: readonly string[];
  readonly concurrency: number;
  mayStart(packet: Packet): boolean;
  /** False while the budget allows no further run: people are asked then. */
  mayRun(): boolean;
}

const notBegun = ({ at, packet }: Entry, { mayStart }: Slots): boolean =>
  at.phase === 'planned' && at.status === 'waiting' && mayStart(packet);

const needsRun = ({ at }: Entry): boolean => at.phase === 'running' && at.slot === 'wanted-with-run';

/** Those whose people can begin or go on: a person needs no slot, and what people do costs nothing of the budget. */
export const handsFree = (slots: Slots): Entry[] =>
  slots.entries.filter(
    (entry) =>
      entry.person === 'instead' &&
      (wantsSlot(entry) || (notBegun(entry, slots) && canStart(entry.packet, slots.merged))),
  );

/** Who gets the slots that are free; where the budget allows no further run, those that need none. */
export function nextForSlots(slots: Slots): string[] {
  const { entries, merged, first, concurrency } = slots;
  const used = entries.filter(holdsSlot).length;
  const choose = (run: boolean) =>
    nextToRun(
      sized(entries),
      entries.map((entry) => ({
        id: entry.packet.id,
        state: stateOf(entry, slots, run),
        ...(first.includes(entry.packet.id) && { rank: first.indexOf(entry.packet.id) }),
      })),
      merged,
      concurrency - used,
    );
  const ids = choose(true);
  const runs = entries.some(
    (entry) => ids.includes(entry.packet.id) && (entry.at.phase === 'planned' || needsRun(entry)),
  );
  return runs && !slots.mayRun() ? choose(false) : ids;
}

function stateOf(entry: Entry, slots: Slots, run: boolean): 'wanting' | 'waiting' | 'other' {
  if (entry.person === 'instead') return 'other';
  if (wantsSlot(entry)) return run || !needsRun(entry) ? 'wanting' : 'other';
  return run && notBegun(entry, slots) ? 'waiting' : 'other';
}
