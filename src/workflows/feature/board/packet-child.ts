import {
  type ChildWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { KnownRed } from '../../../domain/checks.ts';
import type { Handoff } from '../../../domain/handoff.ts';
import { packetBranch, packetWorkflowId } from '../../../domain/ids.ts';
import type { Instruction, PacketInput, RepositoryRef } from '../../../domain/messages.ts';
import type { PacketOutcome } from '../../../domain/outcomes.ts';
import type { Packet } from '../../../domain/packet.ts';
import { phaseOfKind } from '../../../domain/phase.ts';
import type { AskPeople } from '../../asking.ts';
import { instructSignal } from '../../messages.ts';
import type { packetWorkflow } from '../../packet/packet.ts';
import { type Entry, listener } from './packet-entry.ts';

/** What the board needs of its feature. */
export interface BoardHost {
  readonly ref: RepositoryRef;
  readonly request: string;
  readonly concurrency: number;
  readonly knownRed: readonly KnownRed[];
  /** `homes.gone` of baton.yaml in ms; undefined where the feature was started before there was such a key. */
  readonly homeGone: number | undefined;
  head(): string;
  handoff(): Handoff | null;
  paused(): boolean;
  roleOf(packet: Packet): string;
  /** Whether the packet's role names somebody else. */
  otherAgent(packet: Packet): boolean;
  /** Whether a person does the packet, or is who else its role names. */
  person(packet: Packet): 'instead' | 'fallback' | undefined;
  /** Whether every run has to be told, since the feature has a budget. */
  readonly budgeted: boolean;
  /** False while the budget allows no further run: people are asked then; `bump` when that changes. */
  mayRun(): boolean;
  readonly ask: AskPeople<{ readonly packet: string }>;
  /** A packet ended; told before anything that waits for it starts. */
  ended(packet: Packet, outcome: PacketOutcome): void;
  /** False holds a packet back although its dependencies are merged; `bump` when that changes. */
  mayStart(packet: Packet): boolean;
  /** False while nothing may be merged yet; `bump` when that changes. */
  mayMerge(): boolean;
  /** False while something that goes on beside the packets isn't done; `bump` when that changes. */
  mayEnd(): boolean;
  changed(): void;
}

/** A packet, and who does it where. */
export const placedBy = (host: BoardHost, packet: Packet) => ({
  packet,
  role: host.roleOf(packet),
  branch: packetBranch(host.ref.feature, packet),
  person: host.person(packet),
});

/** Tells a packet's workflow. One that has just ended can't be told anything; its end arrives by itself. */
export async function tellPacket(entry: Entry, instruction: Instruction): Promise<void> {
  await listener(entry)
    ?.signal(instructSignal, instruction)
    .catch((error: unknown) => {
      if (isCancellation(error)) throw error;
    });
}

/** Starts the workflow of a packet from what the feature has by now. */
export function startPacket(
  host: BoardHost,
  { packet, role, branch, person, reason, files, start }: Entry,
  unswapped: readonly string[],
): Promise<ChildWorkflowHandle<typeof packetWorkflow>> {
  const input: PacketInput = {
    ref: host.ref,
    request: host.request,
    packet,
    phase: phaseOfKind(packet.kind),
    start: start ?? host.head(),
    handoff: host.handoff(),
    unswapped,
    ...(reason !== undefined && { reason }),
    ...(files !== undefined && { files }),
    ...(host.knownRed.length > 0 && { knownRed: host.knownRed }),
    paused: host.paused(),
    ...(host.otherAgent(packet) && { otherAgent: true }),
    ...(person !== undefined && { person }),
    ...(host.budgeted && { budget: true }),
    ...(host.homeGone !== undefined && { homeGone: host.homeGone }),
  };
  return startChild<typeof packetWorkflow>('packetWorkflow', {
    workflowId: packetWorkflowId(host.ref.feature, packet.id),
    // A packet that failed may be started again under its name.
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    // Its agent is stopped and its work kept, even if the feature is terminated.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    args: [input],
    staticSummary: `${packet.kind} ${packet.id} (${role})`,
    staticDetails: `**${packet.objective}**\n\nBranch \`${branch}\``,
  });
}
