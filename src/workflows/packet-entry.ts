import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { Decision } from '../domain/attention.ts';
import type { PacketView } from '../domain/messages.ts';
import type { PacketOutcome } from '../domain/outcomes.ts';
import type { Packet, PacketStatus } from '../domain/packet.ts';
import type { packetWorkflow } from './packet.ts';

/** What the board knows of a packet. */
export interface Entry {
  readonly packet: Packet;
  readonly role: string;
  readonly branch: string;
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
    ...(lastCheck !== undefined && { lastCheck }),
    ...(percent !== undefined && { percent }),
    ...(note !== undefined && { note }),
    dependencies: packet.dependencies.map(({ packet: id, type }) => (type === 'soft' ? `${id} (soft)` : id)),
  };
}
