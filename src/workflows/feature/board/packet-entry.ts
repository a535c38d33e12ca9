import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { waitText } from '../../../domain/after-run.ts';
import type { Decision } from '../../../domain/attention.ts';
import type { ChildReport, PacketView } from '../../../domain/messages.ts';
import type { PacketOutcome, RunFigures } from '../../../domain/outcomes.ts';
import type { Packet, PacketStatus } from '../../../domain/packet.ts';
import type { PlannedPacket } from '../../../domain/plan-edit.ts';
import { correctSizes } from '../../../domain/sizes.ts';
import type { packetWorkflow } from '../../packet/packet.ts';
import { measuredSizes } from '../../patches.ts';

/** What a packet that wasn't planned is told besides. */
export interface Said {
  /** Why it is there. */
  readonly reason: string;
  /** What it is about; for a landing's packet the files with conflict markers. */
  readonly files?: readonly string[];
  /** The commit that it begins at. Absent: the integration head, when it starts. */
  readonly start?: string;
}

/** What the board knows of a packet. */
export interface Entry extends Partial<Said> {
  packet: Packet;
  role: string;
  branch: string;
  status: PacketStatus;
  /** Started, without a slot, and wants one. */
  wants: boolean;
  holdsSlot: boolean;
  /** Who does it is a person, who needs no slot; or the person that it goes to where its agent's tries are used up. */
  person: 'instead' | 'fallback' | undefined;
  /** Wants a further run, which the feature's budget has to allow. */
  asksRun: boolean;
  /** Gave its slot back since the budget didn't allow that run: it wants both. */
  needsRun: boolean;
  /** Runs of workflows of this packet that failed, and those that the present one told so far. */
  readonly pastRuns: RunFigures[];
  told: RunFigures[];
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

/** A packet that was planned, and nothing more. */
export const newEntry = (
  placed: Pick<Entry, 'packet' | 'role' | 'branch' | 'person'>,
  said?: Said,
): Entry => ({
  ...placed,
  ...said,
  status: 'waiting',
  wants: false,
  holdsSlot: false,
  asksRun: false,
  needsRun: false,
  pastRuns: [],
  told: [],
  unswapped: [],
  awaitsSwap: false,
  settled: false,
});

/** Every run of the packet that is known of. */
export const runsOf = ({ pastRuns, told, outcome, handle }: Entry): RunFigures[] => [
  ...pastRuns,
  // A workflow that has ended told them all.
  ...(outcome !== undefined && handle !== undefined ? outcome.runs : told),
];

/** Takes a report's word on how far the packet is. Slots, turns and questions are the board's. */
export function noteReport(entry: Entry, report: ChildReport, gone: (packet: string) => boolean): void {
  switch (report.type) {
    case 'asks':
      entry.status = 'blocked';
      break;
    case 'submitted':
      entry.status = 'submitted';
      break;
    case 'awaits-swap':
      entry.status = 'waiting';
      entry.awaitsSwap = true;
      entry.note = `waits for ${entry.unswapped.filter((id) => !gone(id)).join(', ')}`;
      break;
    case 'returned':
      entry.status = 'ready';
      entry.note = report.reason;
      entry.wants = true;
      break;
    case 'waits':
      entry.status = 'waiting';
      entry.note = waitText(report.why, report.untilMs, Date.now());
      break;
    case 'wants-run':
      entry.asksRun = true;
      break;
    case 'ran':
    case 'step':
      break;
  }
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
