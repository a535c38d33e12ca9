/** What differs between two versions of a plan. Pure. */
import type { Packet } from './packet.ts';
import { describeCriterion } from './plan-words.ts';

/** A field of a packet that reads otherwise than before; each entry is one line of it. */
export interface FieldChange {
  readonly field: string;
  /** Gone. */
  readonly removed: readonly string[];
  /** New. */
  readonly added: readonly string[];
}

/** What became of a packet from one version to the next. */
export type PacketChange =
  | { readonly packet: string; readonly change: 'added' | 'removed' }
  | { readonly packet: string; readonly change: 'changed'; readonly fields: readonly FieldChange[] };

/** The fields that people read, each as lines that are compared. */
const FIELDS: readonly (readonly [string, (packet: Packet) => readonly string[]])[] = [
  ['objective', ({ objective }) => [objective]],
  ['kind', ({ kind }) => [kind]],
  ['role', ({ role }) => (role === undefined ? [] : [role])],
  ['branch', ({ branch }) => (branch === undefined ? [] : [branch])],
  ['size', ({ size }) => [`${size} min`]],
  ['criteria', ({ criteria }) => criteria.map(describeCriterion)],
  ['in scope', ({ boundaries }) => boundaries.inScope],
  ['out of scope', ({ boundaries }) => boundaries.outOfScope],
  ['notes on scope', ({ boundaries }) => linesOf(boundaries.notes)],
  ['dependencies', ({ dependencies }) => dependencies.map(({ packet, type }) => `${packet} (${type})`)],
  ['contract', ({ contract }) => linesOf(contract)],
  ['instructions', ({ instructions }) => linesOf(instructions)],
];

const linesOf = (text: string | undefined): string[] => (text?.trim() ? text.trim().split('\n') : []);

/** What is in `a` and not in `b`, each as often as it is more often there. */
function without(a: readonly string[], b: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of b) left.set(line, (left.get(line) ?? 0) + 1);
  return a.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

/** Packets that were added, removed or changed, in the order of the newer plan, removed ones last. */
export function planDifference(before: readonly Packet[], after: readonly Packet[]): PacketChange[] {
  const old = new Map(before.map((packet) => [packet.id, packet]));
  const now = new Set(after.map(({ id }) => id));
  return [
    ...after.flatMap((packet): PacketChange[] => {
      const was = old.get(packet.id);
      if (was === undefined) return [{ packet: packet.id, change: 'added' }];
      const fields = FIELDS.flatMap(([field, lines]): FieldChange[] => {
        const [earlier, later] = [lines(was), lines(packet)];
        const [removed, added] = [without(earlier, later), without(later, earlier)];
        if (removed.length + added.length > 0) return [{ field, removed, added }];
        // The same lines in another order.
        return earlier.join('\n') === later.join('\n') ? [] : [{ field, removed: earlier, added: later }];
      });
      return fields.length === 0 ? [] : [{ packet: packet.id, change: 'changed', fields }];
    }),
    ...before.flatMap(({ id }): PacketChange[] => (now.has(id) ? [] : [{ packet: id, change: 'removed' }])),
  ];
}
