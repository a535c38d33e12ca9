import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { Decision } from '../domain/attention.ts';
import type { PacketView } from '../domain/messages.ts';
import type { PacketOutcome } from '../domain/outcomes.ts';
import type { Packet, PacketStatus } from '../domain/packet.ts';
import type { PlannedPacket } from '../domain/plan-edit.ts';
import { correctSizes } from '../domain/sizes.ts';
import type { packetWorkflow } from './packet.ts';
import { measuredSizes } from './patches.ts';

/** What the board knows of a packet. */
export interface Entry {
  packet: Packet;
  role: string;
  branch: string;
  readonly reason?: string;
  readonly files?: readonly string[];
  status: PacketStatus;
  /** Started, without a slot, and wants one. */
  wants: boolean;
  holdsSlot: boolean;
  /** Told when the slot comes. */
  decision?: Pick<Decision, 'choice' | 'note' | 'by'>;
  unswapped: string[];
  awaitsSwap: boolean;
  handle?: ChildWorkflowHandle<typeof packetWorkflow>;
  outcome?: PacketOutcome;
  failure?: unknown;
  /** A person dropped it, and its workflow has been told why. */
  dropping?: string;
  /** Its end has been taken note of. */
  settled: boolean;
  lastCheck?: string;
  percent?: number;
  note?: string;
}

export function viewOf(entry: Entry): PacketView {
  const { packet, status, role, branch, lastCheck, percent, note } = entry;
  return {
    id: packet.id,
    kind: packet.kind,
    branch,
    status,
    role,
    size: packet.size,
    ...(lastCheck !== undefined && { lastCheck }),
    ...(percent !== undefined && { percent }),
    ...(note !== undefined && { note }),
    dependencies: packet.dependencies.map(({ packet: id, type }) => (type === 'soft' ? `${id} (soft)` : id)),
  };
}

export const plannedOf = ({ packet, status, dropping, handle }: Entry): PlannedPacket => ({
  packet,
  status: dropping === undefined ? status : 'dropped',
  started: handle !== undefined,
});

/** The packets, with what is left to do estimated anew from what the merged ones took. */
export function sized(entries: readonly Entry[]): Packet[] {
  const packets = entries.map(({ packet }) => packet);
  const measured = entries.flatMap(({ packet, outcome }) =>
    outcome?.status === 'merged'
      ? [{ packet: packet.id, minutes: outcome.runs.reduce((sum, run) => sum + run.durationMs, 0) / 60_000 }]
      : [],
  );
  return measured.length > 0 && measuredSizes() ? correctSizes(packets, measured) : packets;
}
