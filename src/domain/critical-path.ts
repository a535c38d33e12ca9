import type { Planned } from './schedule.ts';

/** The chain that decides how early a plan can end, however many slots there are. */
export interface CriticalPath {
  /** From the first to the last. */
  readonly packets: readonly string[];
  /** In the unit of the sizes. */
  readonly length: number;
}

interface Reached {
  readonly end: number;
  /** What it waits for last: in front of its start (hard) or of its merge (soft). */
  readonly after: string | undefined;
}

/**
 * The longest chain of packets that have to follow each other: what is left of the plan with a slot for
 * everyone (CPM: Kelley and Walker, 1959). After a hard dependency a packet starts, after a soft one it can be
 * merged. Of chains of one length the first in the order of the plan. `merged` ones are no part of it.
 */
export function criticalPath(
  packets: readonly Planned[],
  merged: ReadonlySet<string> = new Set(),
): CriticalPath {
  const byId = new Map(packets.filter(({ id }) => !merged.has(id)).map((packet) => [packet.id, packet]));
  const known = new Map<string, Reached>();
  const reach = (packet: Planned): Reached => {
    const found = known.get(packet.id);
    if (found) return found;
    known.set(packet.id, { end: packet.size, after: undefined }); // ends a cycle, which is refused before
    const of = (wanted: 'hard' | 'soft') =>
      latest(
        packet.dependencies.flatMap(({ packet: id, type }) => {
          const other = byId.get(id);
          return other && type === wanted ? [{ end: reach(other).end, after: id }] : [];
        }),
      );
    const [hard, soft] = [of('hard'), of('soft')];
    const worked = { end: (hard?.end ?? 0) + packet.size, after: hard?.after };
    const reached = soft && soft.end > worked.end ? soft : worked;
    known.set(packet.id, reached);
    return reached;
  };
  const last = latest([...byId.values()].map((packet) => ({ end: reach(packet).end, after: packet.id })));
  const path: string[] = [];
  for (let at = last?.after; at !== undefined && !path.includes(at); at = known.get(at)?.after)
    path.unshift(at);
  return { packets: path, length: last?.end ?? 0 };
}

const latest = <T extends { readonly end: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best && best.end >= one.end ? best : one), undefined);

/**
 * No schedule ends before the longest chain has, nor before the work is done by all slots together (Graham,
 * 1969, "Bounds on multiprocessing timing anomalies"); in the unit of the sizes.
 */
export function lowerBound(
  packets: readonly Planned[],
  slots: number,
  merged: ReadonlySet<string> = new Set(),
): number {
  const work = packets.reduce((sum, { id, size }) => (merged.has(id) ? sum : sum + size), 0);
  return Math.max(criticalPath(packets, merged).length, work / slots);
}
