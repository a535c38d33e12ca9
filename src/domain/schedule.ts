import type { Packet } from './packet.ts';

/** What a schedule depends on of a packet. */
export type Planned = Pick<Packet, 'id' | 'size' | 'dependencies'>;

/**
 * For every packet the sum of sizes on the longest chain of dependents that it heads, itself included.
 * The scheduler takes the largest first: critical-path list scheduling (Graham 1969, with Hu's levels).
 */
export function remainingPaths(packets: readonly Planned[]): Map<string, number> {
  const dependents = new Map<string, Planned[]>();
  for (const packet of packets)
    for (const { packet: id } of packet.dependencies)
      dependents.set(id, [...(dependents.get(id) ?? []), packet]);
  const result = new Map<string, number>();
  const visit = (packet: Planned): number => {
    const known = result.get(packet.id);
    if (known !== undefined) return known;
    result.set(packet.id, packet.size); // holds for a cycle too, which planProblems refuses before
    const below = (dependents.get(packet.id) ?? []).map(visit);
    const path = packet.size + Math.max(0, ...below);
    result.set(packet.id, path);
    return path;
  };
  packets.forEach(visit);
  return result;
}

/** What the scheduler has to know of a packet's state. */
export interface Schedulable {
  readonly id: string;
  /** `waiting`: not started; `wanting`: started, gave its slot back, wants one again; other: neither. */
  readonly state: 'waiting' | 'wanting' | 'other';
  /** People put it before all that have none, the lowest first. */
  readonly rank?: number;
}

/** Whether everything the packet has to wait for before its start is merged. */
export const canStart = (packet: Planned, merged: ReadonlySet<string>): boolean =>
  packet.dependencies.every(({ packet: id, type }) => type === 'soft' || merged.has(id));

/**
 * The packets to give a slot now, at most `free` of them: those that wait for a slot and may run, the one
 * with the longest remaining path first. At an equal path a packet that was started before goes first, since
 * ending it frees its dependents sooner; then the order of the plan.
 */
export function nextToRun(
  packets: readonly Planned[],
  states: readonly Schedulable[],
  merged: ReadonlySet<string>,
  free: number,
): string[] {
  if (free <= 0) return [];
  const stateOf = new Map(states.map(({ id, state }) => [id, state]));
  const rankOf = new Map(states.map(({ id, rank }) => [id, rank ?? Number.POSITIVE_INFINITY]));
  const paths = remainingPaths(packets);
  return packets
    .filter((packet) => {
      const state = stateOf.get(packet.id);
      return state === 'wanting' || (state === 'waiting' && canStart(packet, merged));
    })
    .map((packet, index) => ({ id: packet.id, path: paths.get(packet.id) ?? 0, index }))
    .sort((a, b) => {
      const started = (id: string) => (stateOf.get(id) === 'wanting' ? 0 : 1);
      const [rankA, rankB] = [rankOf.get(a.id) ?? 0, rankOf.get(b.id) ?? 0];
      if (rankA !== rankB) return rankA < rankB ? -1 : 1;
      return b.path - a.path || started(a.id) - started(b.id) || a.index - b.index;
    })
    .slice(0, free)
    .map(({ id }) => id);
}
