import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { waitText } from '../../../domain/after-run.ts';
import type { ChildReport } from '../../../domain/messages.ts';
import { droppedOutcome, type PacketOutcome, type RunFigures, type SoFar } from '../../../domain/outcomes.ts';
import type { Packet, PacketStatus } from '../../../domain/packet.ts';
import { correctSizes } from '../../../domain/sizes.ts';
import type { Answer } from '../../asking.ts';
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

type Handle = ChildWorkflowHandle<typeof packetWorkflow>;

/**
 * What a packet that is worked on has of slots: `none` while it waits for people, a provider or its merge; `held`;
 * `asks-run`: held, and the feature's budget has to allow a further run; `wanted`; `wanted-with-run`: given back since
 * the budget didn't allow that run; `after-swap`: wanted once its soft dependencies are merged, or never will be.
 */
export type Slot = 'none' | 'held' | 'asks-run' | 'wanted' | 'wanted-with-run' | 'after-swap';

/** Waits for its turn to start; or, blocked, for what people say of its workflow, which failed. */
interface Planned {
  readonly phase: 'planned';
  readonly status: Extract<PacketStatus, 'waiting' | 'blocked'>;
}

/** Its workflow was begun and hasn't ended. */
export interface Running {
  readonly phase: 'running';
  status: Exclude<PacketStatus, 'merged' | 'dropped'>;
  slot: Slot;
  /** Undefined until the server has confirmed the start. */
  handle: Handle | undefined;
  /** Told that its workflow can't be told anything; set with the handle. */
  lost: (() => void) | undefined;
  /** Soft dependencies that were not merged at its start. */
  readonly unswapped: readonly string[];
  /** Told when the slot comes. */
  answer: Answer | undefined;
  /** A person dropped it, and its workflow has been told why, or is once its start is confirmed. */
  dropping: string | undefined;
}

/** Its workflow failed; `handle` until the board has looked at why. */
interface Failed extends Pick<Running, 'status' | 'handle'> {
  readonly phase: 'failed';
  readonly failure: unknown;
}

/** Merged or dropped; without a handle it was never begun. */
interface Ended extends Pick<Running, 'handle' | 'dropping'> {
  readonly phase: 'ended';
  readonly outcome: PacketOutcome;
  /** Its end has been taken note of. */
  settled: boolean;
}

/** What the board knows of a packet. */
export interface Entry extends Partial<Said> {
  packet: Packet;
  role: string;
  branch: string;
  /** Who does it is a person, who needs no slot; or the person that it goes to where its agent's tries are used up. */
  person: 'instead' | 'fallback' | undefined;
  at: Planned | Running | Failed | Ended;
  /** Runs of workflows of this packet that failed, and those that the present one told so far. */
  readonly pastRuns: RunFigures[];
  told: RunFigures[];
  /** What was measured of its work, as it told with its runs. */
  soFar?: SoFar;
  lastCheck?: string;
  /** The status that it was last seen with, and since when (ISO 8601). */
  seen?: { readonly status: PacketStatus; readonly since: string };
  /** Its agent waits for a slot of the worker. */
  waitsForSlot?: boolean;
  percent?: number;
  note?: string;
}

export const WAITING: Planned = { phase: 'planned', status: 'waiting' };
export const BLOCKED: Planned = { phase: 'planned', status: 'blocked' };

/** A packet that was planned, and nothing more. */
export const newEntry = (
  placed: Pick<Entry, 'packet' | 'role' | 'branch' | 'person'>,
  said?: Said,
): Entry => ({ ...placed, ...said, at: WAITING, pastRuns: [], told: [] });

export const begun = (unswapped: readonly string[]): Running => ({
  phase: 'running',
  status: 'running',
  slot: 'held',
  handle: undefined,
  lost: undefined,
  unswapped,
  answer: undefined,
  dropping: undefined,
});

export const statusOf = ({ at }: Entry): PacketStatus =>
  at.phase === 'ended' ? at.outcome.status : at.status;

export const isSettled = ({ at }: Entry): boolean => at.phase === 'ended' && at.settled;

/** Of a packet that was never begun. */
const NOBODY = { handle: undefined, dropping: undefined };

export function endEntry(entry: Entry, outcome: PacketOutcome): void {
  const { handle, dropping } = entry.at.phase === 'running' ? entry.at : NOBODY;
  entry.at = { phase: 'ended', outcome, handle, dropping, settled: false };
}

/** Ends a packet that comes to nothing. */
export function dropEntry(entry: Entry, why: string): void {
  entry.note = why;
  endEntry(entry, droppedOutcome(entry.packet.id, why));
}

/** Its workflow, where it may still be told something. */
export function listener({ at }: Entry): Handle | undefined {
  if (at.phase === 'planned' || (at.phase === 'ended' && at.settled)) return undefined;
  return at.handle;
}

/** Whether a person dropped it and its workflow is on its way out. */
export const isDropping = ({ at }: Entry): boolean =>
  (at.phase === 'running' || at.phase === 'ended') && at.dropping !== undefined;

export const holdsSlot = ({ at, person }: Entry): boolean =>
  person !== 'instead' && at.phase === 'running' && (at.slot === 'held' || at.slot === 'asks-run');

export const wantsSlot = ({ at }: Entry): boolean =>
  at.phase === 'running' && (at.slot === 'wanted' || at.slot === 'wanted-with-run');

/** Takes a report's word on how far the packet is. Turns and questions are the board's. */
export function noteReport(
  entry: Entry,
  at: Running,
  report: ChildReport,
  gone: (packet: string) => boolean,
): void {
  switch (report.type) {
    case 'asks':
      at.status = 'blocked';
      break;
    case 'checks':
      entry.note = 'its work is being checked';
      break;
    case 'submitted':
      at.status = 'submitted';
      break;
    case 'awaits-swap':
      at.status = 'waiting';
      at.slot = 'after-swap';
      entry.note = `waits for ${at.unswapped.filter((id) => !gone(id)).join(', ')}`;
      break;
    case 'returned':
      at.status = 'ready';
      at.slot = 'wanted';
      entry.note = report.reason;
      break;
    case 'waits':
      at.status = 'waiting';
      entry.note = waitText(report.why, report.untilMs, Date.now());
      break;
    case 'wants-run':
      at.slot = at.slot === 'held' ? 'asks-run' : 'wanted-with-run';
      break;
    case 'ran':
    case 'step':
      break;
  }
}

/** The packets, with what is left to do estimated anew from what the merged ones took. */
export function sized(entries: readonly Entry[]): Packet[] {
  const packets = entries.map(({ packet }) => packet);
  const measured = entries.flatMap(({ packet, at }) =>
    at.phase === 'ended' && at.outcome.status === 'merged'
      ? [
          {
            packet: packet.id,
            minutes: at.outcome.runs.reduce((sum, run) => sum + run.durationMs, 0) / 60_000,
          },
        ]
      : [],
  );
  return measured.length > 0 && measuredSizes() ? correctSizes(packets, measured) : packets;
}
