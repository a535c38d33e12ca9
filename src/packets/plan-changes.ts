import type { Packet } from '../domain/packet.ts';
import type { PlanEdit, PlannedPacket } from '../domain/plan-edit.ts';
import { formatPacketFile } from './format-packet-file.ts';
import { parsePacketFile } from './parse-packet-file.ts';

/** The packets that a plan's files show: what is dropped isn't part of it any more. */
export const shownPackets = (plan: readonly PlannedPacket[]): Packet[] =>
  plan.filter(({ status }) => status !== 'dropped').map(({ packet }) => packet);

/**
 * What has to be done to a plan so that it is what the files say: a file that is new adds a packet, one that
 * reads otherwise amends it, one that is gone drops it. Merged packets stay, with or without a file.
 */
export function planChanges(
  plan: readonly PlannedPacket[],
  files: readonly Packet[],
): Pick<PlanEdit, 'add' | 'amend' | 'drop'> {
  const shown = new Map(shownPackets(plan).map((packet) => [packet.id, packet]));
  const names = new Set(files.map(({ id }) => id));
  return {
    add: files.filter(({ id }) => !shown.has(id)),
    amend: files.filter((file) => {
      const packet = shown.get(file.id);
      return packet !== undefined && JSON.stringify(asFile(file)) !== JSON.stringify(asFile(packet));
    }),
    drop: plan
      .filter(({ packet, status }) => status !== 'dropped' && status !== 'merged' && !names.has(packet.id))
      .map(({ packet }) => packet.id),
  };
}

/** The packet as it reads back from its file: white space around blocks isn't kept. */
function asFile(packet: Packet): Packet {
  const parsed = parsePacketFile(formatPacketFile(packet), packet.id);
  return parsed.ok ? parsed.packet : packet;
}
