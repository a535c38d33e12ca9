import type { Packet } from './packet.ts';

/** For every packet the ids of those that are merged before it starts. */
export function hardAncestors(
  packets: readonly Pick<Packet, 'id' | 'dependencies'>[],
): Map<string, ReadonlySet<string>> {
  const byId = new Map(packets.map((packet) => [packet.id, packet]));
  const known = new Map<string, Set<string>>();
  const visit = (id: string): Set<string> => {
    const found = known.get(id);
    if (found) return found;
    const result = new Set<string>();
    known.set(id, result); // ends a cycle, which is a problem of its own
    for (const { packet, type } of byId.get(id)?.dependencies ?? []) {
      if (type === 'soft') continue;
      result.add(packet);
      for (const above of visit(packet)) result.add(above);
    }
    return result;
  };
  for (const { id } of packets) visit(id);
  return known;
}
