import { z } from 'zod';
import { packetBranch } from './ids.ts';
import type { MeasuringScope } from './measuring-scope.ts';
import { MAX_PACKETS, type Packet, type PacketStatus, packetSchema } from './packet.ts';
import { planProblems } from './plan.ts';

const ids = z.array(z.string().max(60)).max(MAX_PACKETS).default([]);

/** A person's change of the packets of a feature that runs; the argument of the update `plan`. */
export const planEditSchema = z.strictObject({
  /** New packets. */
  add: z.array(packetSchema).max(MAX_PACKETS).default([]),
  /** Packets as they are to be from now on, whole; found by their ids. */
  amend: z.array(packetSchema).max(MAX_PACKETS).default([]),
  /** Packets not to be done. */
  drop: ids,
  /** Packets that get the next slots before all others, in this order; whatever was said before is forgotten. */
  first: ids.optional(),
  /** Who changes it. */
  by: z.string().min(1).max(200),
});
export type PlanEdit = z.infer<typeof planEditSchema>;
export type PlanEditDraft = z.input<typeof planEditSchema>;

/** An edit that was made, as the report tells it. */
export interface MadePlanEdit {
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly added: readonly string[];
  readonly amended: readonly string[];
  readonly dropped: readonly string[];
  readonly first?: readonly string[];
}

/** A packet of the plan, and how far it is. */
export interface PlannedPacket {
  readonly packet: Packet;
  readonly status: PacketStatus;
  /** Its workflow has begun. */
  readonly started: boolean;
}

/** What the query `plan` answers. */
export interface PlanStatus {
  readonly packets: readonly PlannedPacket[];
  readonly concurrency: number;
  /** Packets that people put first. */
  readonly first: readonly string[];
  /** Of a plan that nobody has approved yet; absent once somebody has. */
  readonly proposed?: {
    /** What the packets may change of what measures the work. */
    readonly measuring: readonly MeasuringScope[];
    /** The version that people were asked about before this one. */
    readonly before?: readonly Packet[];
  };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Everything that keeps the plan from being changed so; an empty list: it can be. */
export function editProblems(
  feature: string,
  base: string,
  plan: readonly PlannedPacket[],
  edit: PlanEdit,
): string[] {
  const at = new Map(plan.map((entry) => [entry.packet.id, entry]));
  const said: string[] = [];
  const seen = new Set<string>();
  for (const id of [...edit.add.map(({ id }) => id), ...edit.amend.map(({ id }) => id), ...edit.drop]) {
    if (seen.has(id)) said.push(`packet "${id}" is named twice`);
    seen.add(id);
  }
  for (const { id } of edit.add)
    if (at.has(id))
      said.push(`packet "${id}" is there already (${at.get(id)?.status}): amend it, or take another id`);
  for (const packet of edit.amend) said.push(...amendProblems(feature, packet, at.get(packet.id)));
  for (const id of edit.drop) said.push(...dropProblems(id, at.get(id)));
  for (const id of edit.first ?? [])
    if (!at.has(id) && !edit.add.some((packet) => packet.id === id))
      said.push(`packet "${id}", which is to go first, is not in the plan`);
  if (said.length > 0) return said;
  const packets = edited(plan, edit);
  for (const { id, dependencies } of packets)
    for (const { packet, type } of dependencies)
      if (type === 'hard' && edit.drop.includes(packet))
        said.push(
          `packet "${id}" needs "${packet}", which is to be dropped: drop it too, or amend its dependencies`,
        );
  if (said.length > 0) return said;
  if (packets.length > MAX_PACKETS)
    return [`a feature has at most ${MAX_PACKETS} packets; this would be ${packets.length}`];
  return planProblems(feature, packets, base);
}

/** The packets after the edit, without those that are dropped. */
export function edited(plan: readonly PlannedPacket[], edit: PlanEdit): Packet[] {
  const amended = new Map(edit.amend.map((packet) => [packet.id, packet]));
  const dropped = plan.filter(({ status }) => status === 'dropped').map(({ packet }) => packet.id);
  const gone = new Set([...dropped, ...edit.drop]);
  // Who only counted softly on something that is dropped is told to do without it.
  const without = (packet: Packet): Packet => ({
    ...packet,
    dependencies: packet.dependencies.filter(({ packet: id, type }) => type === 'hard' || !gone.has(id)),
  });
  const kept = plan
    .filter(({ packet }) => !gone.has(packet.id))
    .map(({ packet }) => amended.get(packet.id) ?? packet);
  return [...kept, ...edit.add].map(without);
}

function amendProblems(feature: string, packet: Packet, now: PlannedPacket | undefined): string[] {
  if (now === undefined) return [`packet "${packet.id}" is not in the plan: add it`];
  const { status, started } = now;
  if (status === 'merged' || status === 'dropped' || status === 'merging')
    return [`packet "${packet.id}" is ${status}: it can't be amended any more`];
  if (!started) return [];
  const fixed: [string, boolean][] = [
    ['kind', packet.kind === now.packet.kind],
    ['branch', packetBranch(feature, packet) === packetBranch(feature, now.packet)],
    ['role', packet.role === now.packet.role],
    ['dependencies', same(packet.dependencies, now.packet.dependencies)],
  ];
  return fixed
    .filter(([, kept]) => !kept)
    .map(([what]) => `the ${what} of packet "${packet.id}" can't change any more: it has begun (${status})`);
}

function dropProblems(id: string, now: PlannedPacket | undefined): string[] {
  if (now === undefined) return [`packet "${id}", which is to be dropped, is not in the plan`];
  if (now.status === 'merging') return [`packet "${id}" is being merged at this moment: look again shortly`];
  return now.status === 'merged' || now.status === 'dropped'
    ? [`packet "${id}" is ${now.status} already`]
    : [];
}
