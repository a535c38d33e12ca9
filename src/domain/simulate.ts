import { canStart, nextToRun, type Planned, type Schedulable } from './schedule.ts';

/** When a packet would begin and be merged, in the unit of the sizes (minutes in a plan), from 0. */
export interface Span {
  readonly id: string;
  /** A slot is given. */
  readonly start: number;
  /** Its work is done, and so is every packet it depends on softly: it is merged. */
  readonly end: number;
}

/** Who gets the free slots: `nextToRun`, or another rule to compare it with. Asked at every event. */
export type Chooser = typeof nextToRun;

/** What a simulation may know beside the packets. */
export interface Simulation {
  /** How long each really takes, by id, where that isn't its size: the scheduler sees the sizes alone. */
  readonly durations?: ReadonlyMap<string, number>;
  /** Packets that are merged already; they appear in no answer. */
  readonly merged?: ReadonlySet<string>;
  /** Packets that are at work already: they have their slots before anything is given out. */
  readonly started?: ReadonlySet<string>;
  readonly choose?: Chooser;
}

/**
 * Plays a plan through with the workflow's own scheduler. A packet that takes no time takes no slot. A soft
 * dependency holds no start, only the merge; the round in which the packet moves to the real thing is counted
 * as a part of its size. Merging and checks take no time here.
 * @returns in the order of the plan. @throws RangeError where packets can never start: a cycle, or no slot.
 */
export function simulate(
  packets: readonly Planned[],
  slots: number,
  { durations, merged: before = new Set(), started, choose = nextToRun }: Simulation = {},
): Span[] {
  const took = (packet: Planned) => durations?.get(packet.id) ?? packet.size;
  const left = new Map(packets.filter(({ id }) => !before.has(id)).map((packet) => [packet.id, packet]));
  const merged = new Set(before);
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  /** Has a slot: the time at which it gives it back. */
  const running = new Map<string, number>();
  const worked = new Set<string>();
  let now = 0;
  const begin = (id: string, packet: Planned) => {
    starts.set(id, now);
    if (took(packet) > 0) running.set(id, now + took(packet));
    else worked.add(id);
  };
  for (const [id, packet] of left) if (started?.has(id)) begin(id, packet);
  while (left.size > 0) {
    // What takes no time may free what takes none either, so until nothing changes.
    for (let changed = true; changed; ) {
      changed = false;
      for (const [id, packet] of left) {
        if (!starts.has(id) && took(packet) <= 0 && canStart(packet, merged)) begin(id, packet);
        if (!worked.has(id) || !packet.dependencies.every((one) => merged.has(one.packet))) continue;
        merged.add(id);
        ends.set(id, now);
        left.delete(id);
        changed = true;
      }
    }
    const states = packets.map((packet): Schedulable => {
      const waits = left.has(packet.id) && !starts.has(packet.id) && took(packet) > 0;
      return { id: packet.id, state: waits ? 'waiting' : 'other' };
    });
    for (const id of choose(packets, states, merged, slots - running.size)) {
      const packet = left.get(id);
      if (packet) begin(id, packet);
    }
    if (left.size === 0) break;
    if (running.size === 0) throw new RangeError(`can never be started: ${[...left.keys()].join(', ')}`);
    now = Math.min(...running.values());
    for (const [id, end] of running) {
      if (end !== now) continue;
      running.delete(id);
      worked.add(id);
    }
  }
  return packets.flatMap(({ id }) => {
    const [start, end] = [starts.get(id), ends.get(id)];
    return start === undefined || end === undefined ? [] : [{ id, start, end }];
  });
}

/** When the last of these is merged. */
export const makespan = (spans: readonly Span[]): number => Math.max(0, ...spans.map(({ end }) => end));
