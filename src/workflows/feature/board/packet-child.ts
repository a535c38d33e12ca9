import {
  type ChildWorkflowHandle,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { hasFallback, personOf } from '../../../domain/crew-config.ts';
import { packetDetails } from '../../../domain/details.ts';
import { packetBranch, packetWorkflowId } from '../../../domain/ids.ts';
import type { Instruction, PacketInput } from '../../../domain/messages.ts';
import type { PacketOutcome } from '../../../domain/outcomes.ts';
import type { Packet } from '../../../domain/packet.ts';
import { phaseOfKind } from '../../../domain/phase.ts';
import type { packetWorkflow } from '../../packet/packet.ts';
import type { AttentionDesk } from '../attention-desk.ts';
import { startAlone, tellChild } from '../children.ts';
import type { FeatureBudget } from '../feature-budget.ts';
import type { FeatureState } from '../feature-state.ts';
import { type Entry, listener } from './packet-entry.ts';

/** What the feature's phases say to the board; `bump` when an answer changes. */
export interface BoardPhases {
  /** A packet ended; told before anything that waits for it starts. */
  ended(packet: Packet, outcome: PacketOutcome): void;
  /** False holds a packet back although its dependencies are merged. */
  mayStart(packet: Packet): boolean;
  /** False while nothing may be merged yet. */
  mayMerge(): boolean;
  /** False while something that goes on beside the packets isn't done. */
  mayEnd(): boolean;
}

/** What the board needs of its feature. */
export interface BoardHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly budget: FeatureBudget;
  readonly phases: BoardPhases;
}

/** A packet, and who does it where. */
export const placedBy = (state: FeatureState, packet: Packet) => {
  const phase = phaseOfKind(packet.kind);
  return {
    packet,
    role: packet.role ?? state.role(phase),
    branch: packetBranch(state.ref.feature, packet),
    person: personOf(state.opened.crew[phase]),
  };
};

/** Tells a packet's workflow. One that has just ended can't be told anything; its end arrives by itself, or is lost. */
export async function tellPacket(entry: Entry, instruction: Instruction): Promise<void> {
  const { at } = entry;
  const handle = listener(entry);
  if (handle !== undefined && !(await tellChild(handle, instruction)) && at.phase === 'running') at.lost?.();
}

/** Starts the workflow of a packet from what the feature has by now. */
export function startPacket(
  state: FeatureState,
  { packet, role, branch, person, reason, files, start }: Entry,
  unswapped: readonly string[],
): Promise<ChildWorkflowHandle<typeof packetWorkflow>> {
  const { ref, leftBehind, redOnBase, homeGone } = state;
  const phase = phaseOfKind(packet.kind);
  const input: PacketInput = {
    ref: { ...ref, ...(leftBehind.length > 0 && { leftBehind }) },
    request: state.request.request,
    packet,
    phase,
    start: start ?? state.head,
    handoff: state.handoffs.at(-1) ?? null,
    unswapped,
    ...(reason !== undefined && { reason }),
    ...(files !== undefined && { files }),
    ...(redOnBase.length > 0 && { knownRed: redOnBase }),
    paused: state.paused,
    ...(hasFallback(state.opened.crew[phase]) && { otherAgent: true }),
    ...(person !== undefined && { person }),
    ...(state.opened.budget !== undefined && { budget: true }),
    ...(homeGone !== undefined && { homeGone }),
    ...state.runsFor(packet.id),
  };
  const workflowId = packetWorkflowId(ref.feature, packet.id);
  const options = {
    workflowId,
    // A packet that failed may be started again under its name.
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    // Its agent is stopped and its work kept, even if the feature is terminated.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    args: [input] as [PacketInput],
    staticSummary: `${packet.kind} ${packet.id} (${role})`,
    staticDetails: packetDetails(packet, branch),
  };
  return startAlone(workflowId, () => startChild<typeof packetWorkflow>('packetWorkflow', options));
}
