import { landedBranch, packetBranch, RESERVED_PACKET_IDS } from './ids.ts';
import { DEFAULT_PACKET_SIZE, type Packet } from './packet.ts';

/** A circle among the dependencies as the ids along it, its first id again at the end; or undefined. */
export function dependencyCycle(packets: readonly Packet[]): string[] | undefined {
  const byId = new Map(packets.map((packet) => [packet.id, packet]));
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): string[] | undefined => {
    if (done.has(id)) return undefined;
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    path.push(id);
    for (const dependency of byId.get(id)?.dependencies ?? []) {
      const cycle = visit(dependency.packet);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(id);
    return undefined;
  };
  for (const packet of packets) {
    const cycle = visit(packet.id);
    if (cycle) return cycle;
  }
  return undefined;
}

/** What makes packets impossible together, and where: at `packet`, or at its dependency of that index. */
export interface PlanIssue {
  readonly message: string;
  readonly packet: Packet;
  readonly dependency?: number;
}

/** Everything that makes these packets impossible together, with its place. */
export function planIssues(feature: string, packets: readonly Packet[], base?: string): PlanIssue[] {
  const ids = new Set(packets.map((packet) => packet.id));
  const issues = [...idIssues(packets), ...branchIssues(feature, packets, base)];
  for (const packet of packets)
    for (const [dependency, { packet: id }] of packet.dependencies.entries()) {
      const at = { packet, dependency };
      if (!ids.has(id)) {
        const message = `packet "${packet.id}" depends on "${id}", which is no packet (there are: ${[...ids].join(', ')})`;
        issues.push({ message, ...at });
      }
      if (packet.dependencies.findIndex((other) => other.packet === id) < dependency)
        issues.push({ message: `packet "${packet.id}" names its dependency "${id}" twice`, ...at });
    }
  const cycle = dependencyCycle(packets);
  const first = cycle && packets.find((packet) => packet.id === cycle[0]);
  if (cycle && first) {
    const dependency = first.dependencies.findIndex((other) => other.packet === cycle[1]);
    const message = `the dependencies form a cycle: ${cycle.join(' -> ')}`;
    issues.push({ message, packet: first, ...(dependency >= 0 && { dependency }) });
  }
  return issues;
}

/** Everything that makes these packets impossible together; an empty list means they can be run. */
export const planProblems = (feature: string, packets: readonly Packet[], base?: string): string[] =>
  planIssues(feature, packets, base).map(({ message }) => message);

function idIssues(packets: readonly Packet[]): PlanIssue[] {
  const seen = new Set<string>();
  return packets.flatMap((packet) => {
    const doubled = seen.has(packet.id);
    seen.add(packet.id);
    return doubled ? [{ message: `two packets have the id "${packet.id}"`, packet }] : [];
  });
}

function branchIssues(feature: string, packets: readonly Packet[], base: string | undefined): PlanIssue[] {
  const own = `baton/${feature}/`;
  const taken = new Map<string, string>([[landedBranch(feature), 'the landed feature']]);
  if (base !== undefined) taken.set(base, 'the base');
  for (const id of RESERVED_PACKET_IDS) taken.set(`${own}${id}`, "Baton's own work");
  return packets.flatMap((packet) => {
    const branch = packetBranch(feature, packet);
    const told = `packet "${packet.id}" has the branch "${branch}"`;
    const issues: PlanIssue[] = [];
    const other = taken.get(branch);
    if (other === `packet "${packet.id}"`) return []; // the same id twice, which is told by its own issue
    if (other?.startsWith('packet '))
      issues.push({
        message: `packets ${other.slice(7)} and "${packet.id}" share the branch "${branch}"`,
        packet,
      });
    else if (other !== undefined) issues.push({ message: `${told}, which is kept for ${other}`, packet });
    else if (branch.startsWith('baton/') && !branch.startsWith(own))
      issues.push({ message: `${told}, which belongs to another feature of Baton's`, packet });
    // Git keeps a branch as a file, so one can't stand below another.
    for (const [name, holder] of taken)
      if (name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`))
        issues.push({ message: `${told}, and git can't hold it beside "${name}" of ${holder}`, packet });
    taken.set(branch, `packet "${packet.id}"`);
    return issues;
  });
}

/**
 * The person's packets with what the designer fills in: dependencies, boundaries, contract and a size where the
 * person named none. Never overruled: what a person wrote stays, and packets the person didn't give stay out.
 */
export function fillIn(given: readonly Packet[], designed: readonly Packet[]): Packet[] {
  if (given.length === 0) return [...designed];
  const byId = new Map(designed.map((packet) => [packet.id, packet]));
  return given.map((packet) => {
    const by = byId.get(packet.id);
    if (by === undefined) return packet;
    const { contract, instructions } = { ...by, ...packet };
    return {
      ...packet,
      dependencies: packet.dependencies.length > 0 ? packet.dependencies : by.dependencies,
      boundaries:
        packet.boundaries.inScope.length > 0
          ? packet.boundaries
          : {
              ...by.boundaries,
              ...(packet.boundaries.notes !== undefined && { notes: packet.boundaries.notes }),
            },
      size: packet.size === DEFAULT_PACKET_SIZE ? by.size : packet.size,
      ...(contract !== undefined && { contract }),
      ...(instructions !== undefined && { instructions }),
    };
  });
}

/** Gap packets are Baton's own; a plan starts without them. */
export const withDefaults = (packets: readonly Packet[]): Packet[] =>
  packets.map((packet) => (packet.kind === 'gap' ? { ...packet, kind: 'test' as const } : packet));
