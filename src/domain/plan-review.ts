/** What a careful reader would ask of a plan before approving it. Pure. */

import { globsOverlap } from './glob-overlap.ts';
import { hardAncestors } from './hard-ancestors.ts';
import type { MeasuringScope } from './measuring-scope.ts';
import type { Packet } from './packet.ts';
import { counted } from './plan-words.ts';
import { oneLine, shortLine } from './visible.ts';

/** One doubt about a plan. */
export interface PlanRemark {
  /** The packets it is about, in the order of the plan. */
  readonly packets: readonly string[];
  /** One line. */
  readonly text: string;
}

/** Longer work than this is hard to judge in one piece, and costs much if it is sent back. */
const LONG_MINUTES = 4 * 60;
/** Of a criterion's words in a remark. */
const WORDS = 80;
/**
 * Pairs of globs that are compared. A plan of 300 packets with a scope of 60 globs each would have 160 million, and the
 * Web UI's details are rendered in the workflow, which has two seconds.
 */
const MOST_PAIRS = 20_000;

const EVERYTHING: ReadonlySet<string> = new Set(['**', '**/*', '*', './', '.', '**/']);

/** A packet may change any file. */
const hasWholeRepository = ({ boundaries }: Packet): boolean =>
  boundaries.inScope.length === 0 || boundaries.inScope.some((glob) => EVERYTHING.has(glob));

/**
 * Doubts about packets that are possible together: what proves too little, what may collide, what reaches too far. None
 * of them keeps the plan from being approved.
 *
 * @param measuring - what the packets may change of what measures the work
 */
export function planRemarks(
  packets: readonly Packet[],
  measuring: readonly Pick<MeasuringScope, 'packet' | 'path' | 'why' | 'isNew'>[] = [],
): PlanRemark[] {
  return [
    ...measuringRemarks(measuring),
    ...packets.flatMap((packet) => [...criteriaRemarks(packet), ...scopeRemarks(packet)]),
    ...sameEvidence(packets),
    ...contractRemarks(packets),
    ...overlapRemarks(packets),
  ];
}

function measuringRemarks(measuring: readonly Pick<MeasuringScope, 'packet' | 'path' | 'why' | 'isNew'>[]) {
  // What is yet to be made measures nothing now.
  return measuring
    .filter(({ isNew }) => isNew !== true)
    .map(({ packet, path, why }) => ({
      packets: [packet],
      text: `${oneLine(packet)} may change ${oneLine(path)}, which measures its work (${oneLine(why)})`,
    }));
}

function criteriaRemarks({ id, criteria }: Packet): PlanRemark[] {
  const one = (text: string): PlanRemark => ({ packets: [id], text });
  if (criteria.length === 0)
    return [one(`${oneLine(id)} has no criterion: it counts as done when its checks are green`)];
  return criteria.flatMap(({ text, evidence }, at) => {
    const which = `criterion ${at + 1} of ${oneLine(id)} (“${shortLine(text, WORDS)}”)`;
    if (evidence === undefined)
      return [one(`no test covers ${which}: its agent is free to name what proves it`)];
    if ('person' in evidence)
      return [one(`only a person can tell whether ${which} is met, and will be asked`)];
    // A file that is there says nothing of what is in it.
    if ('file' in evidence)
      return [one(`no test covers ${which}: the file ${oneLine(evidence.file)} only has to be there`)];
    return [];
  });
}

function scopeRemarks(packet: Packet): PlanRemark[] {
  const { id, size, boundaries } = packet;
  const all = hasWholeRepository(packet);
  const limits =
    boundaries.outOfScope.length === 0
      ? ''
      : `, but for ${counted(boundaries.outOfScope.length, 'exception')}`;
  return [
    ...(all ? [{ packets: [id], text: `the scope of ${oneLine(id)} is the whole repository${limits}` }] : []),
    ...(size > LONG_MINUTES
      ? [
          {
            packets: [id],
            text: `${oneLine(id)} is expected to take ${Math.round(size / 60)} hours: split it`,
          },
        ]
      : []),
  ];
}

/** One test that is to prove several things proves the first of them. */
function sameEvidence(packets: readonly Packet[]): PlanRemark[] {
  const named = new Map<string, { readonly packets: Set<string>; count: number; readonly what: string }>();
  for (const { id, criteria } of packets)
    for (const { evidence } of criteria) {
      if (evidence === undefined || !('test' in evidence || 'command' in evidence)) continue;
      const key = JSON.stringify(evidence);
      const what = 'test' in evidence ? `the test “${shortLine(evidence.test, WORDS)}”` : '';
      const entry = named.get(key) ?? { packets: new Set<string>(), count: 0, what };
      entry.packets.add(id);
      entry.count += 1;
      named.set(key, entry);
    }
  return [...named.values()].flatMap(({ packets: ids, count, what }) =>
    count > 1 && what !== ''
      ? [
          {
            packets: [...ids],
            text: `${what} alone is to prove ${count} criteria (${[...ids].map(oneLine).join(', ')})`,
          },
        ]
      : [],
  );
}

/** Who begins before a dependency is merged has nothing but its contract to go by. */
function contractRemarks(packets: readonly Packet[]): PlanRemark[] {
  const without = new Set(packets.filter(({ contract }) => !contract?.trim()).map(({ id }) => id));
  return packets.flatMap(({ id, dependencies }) =>
    dependencies.flatMap(({ packet, type }) =>
      type === 'soft' && without.has(packet)
        ? [
            {
              packets: [packet, id],
              text: `${oneLine(id)} begins before ${oneLine(packet)} is merged, which has no contract to go by`,
            },
          ]
        : [],
    ),
  );
}

/** Packets that may be worked on at once and write the same files. */
function overlapRemarks(packets: readonly Packet[]): PlanRemark[] {
  const before = hardAncestors(packets);
  const scoped = packets.filter((packet) => !hasWholeRepository(packet));
  const remarks: PlanRemark[] = [];
  let pairs = 0;
  for (const [at, one] of scoped.entries())
    for (const other of scoped.slice(at + 1)) {
      if (before.get(one.id)?.has(other.id) || before.get(other.id)?.has(one.id)) continue;
      pairs += one.boundaries.inScope.length * other.boundaries.inScope.length;
      if (pairs > MOST_PAIRS) {
        const text =
          'the plan is too large for every two scopes to be compared: some may write the same files';
        return [...remarks, { packets: [], text }];
      }
      const shared = one.boundaries.inScope.find((glob) =>
        other.boundaries.inScope.some((theirs) => globsOverlap(glob, theirs)),
      );
      if (shared !== undefined)
        remarks.push({
          packets: [one.id, other.id],
          text: `${oneLine(one.id)} and ${oneLine(other.id)} may write the same file at once (${oneLine(shared)})`,
        });
    }
  return remarks;
}
