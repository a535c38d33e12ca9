/** A feature that begins as an earlier execution did, and goes another way from some point on. Pure. */
import type { TakenDecision } from './attention.ts';
import type { MemberChange } from './member-change.ts';
import { markOf, steady } from './steady.ts';

/** A decision of an earlier execution, to be taken again if the same question opens. */
export interface EarlierDecision {
  readonly item: string;
  readonly choice: string;
  readonly note?: string;
  readonly by: string;
  /** Mark of the question, see {@link askedMark}. */
  readonly asked: string;
}

/** Where a feature takes paid runs and decisions from. */
export interface ForkedFrom {
  readonly feature: string;
  /** Of the earlier execution's workflow. */
  readonly runId: string;
  /** The point in words: a packet, an item, or `merge N`. */
  readonly before: string;
  /** All runs of this packet are made anew. */
  readonly packet?: string;
  /** ISO 8601: runs that ended later are made anew. Default: none. */
  readonly until?: string;
  readonly decisions: readonly EarlierDecision[];
  /** Items that were decided before and are asked anew: `--yes` doesn't decide them. */
  readonly anew: readonly string[];
  /** The branch on which the same feature had landed: it is taken back if it is still there, and kept on the hub. */
  readonly landed?: { readonly branch: string; readonly commit: string };
  /** Who makes the runs that are made anew: those of `packet`, if that is given. */
  readonly with?: MemberChange;
}

/** Of an earlier execution, what a run needs to know. */
export interface RunSource {
  readonly feature: string;
  /** A person wants this packet's runs made anew. */
  readonly anew?: true;
  /** ISO 8601: runs that ended later are not taken. */
  readonly until?: string;
  /** Instead of the role's agent, for runs that are made anew. */
  readonly with?: MemberChange;
}

/** A packet's merge, as the feature's clock saw it. */
export interface MergedAt {
  readonly packet: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What of an earlier execution a point is looked for in. */
export interface Past {
  readonly decisions: readonly TakenDecision[];
  readonly packets: readonly { readonly id: string }[];
  /** In their order; absent in reports of before there was such a thing. */
  readonly merges?: readonly MergedAt[];
  /** Items that are open. */
  readonly open?: readonly string[];
}

export type Point = Pick<ForkedFrom, 'packet' | 'until' | 'decisions' | 'anew'>;

/** What is live, what surrounds the work and what it may cost is never decided by an old word. */
const ALWAYS_ASKED: readonly TakenDecision['kind'][] = ['promotion', 'rolled-back', 'environment', 'budget'];

/** Kinds that are asked about the design, which has no packet to name. */
const OF_DESIGN: readonly TakenDecision['kind'][] = ['design-approval', 'question', 'failing-packet'];

/** Known again in another feature: its name, and what was measured in passing, count for nothing. */
export const askedMark = (prompt: string, feature: string): string => markOf(steady(prompt, feature));

const isAbout = (name: string) => (decision: TakenDecision) =>
  name === 'design'
    ? decision.packet === undefined && OF_DESIGN.includes(decision.kind)
    : decision.packet === name;

/**
 * What is taken over of an earlier execution, up to a point.
 *
 * @param before - `design` or a packet's id, an item's id, or `merge N`, counted from 1
 */
export function pointOf(past: Past, before: string): Point | { readonly problem: string } {
  const merge = /^merge (\d+)$/.exec(before)?.[1];
  if (merge !== undefined) return beforeMerge(past, Number(merge));
  if (before === 'design' || past.packets.some(({ id }) => id === before))
    return { packet: before, ...split(past, (decision) => !isAbout(before)(decision)) };
  const at = past.decisions.findIndex(({ item }) => item === before);
  if (at >= 0) return split(past, (_, index) => index < at);
  if (past.open?.includes(before) === true) return split(past, () => true, [before]);
  const ids = past.packets.map(({ id }) => id);
  const items = [...past.decisions.map(({ item }) => item), ...(past.open ?? [])];
  return {
    problem:
      `there is no packet, item or merge "${before}". Packets: ${['design', ...ids].join(', ')}; ` +
      `items: ${items.join(', ') || 'none'}; merges: ${past.merges?.length ?? 0}`,
  };
}

function beforeMerge(past: Past, n: number): Point | { readonly problem: string } {
  if (past.merges === undefined)
    return { problem: 'its report is of before merges were noted with their times: name a packet' };
  const merged = past.merges[n - 1];
  if (merged === undefined)
    return {
      problem: `there is no merge ${n}: ${past.merges.length === 1 ? '1 packet was' : `${past.merges.length} packets were`} merged`,
    };
  return { until: merged.at, ...split(past, ({ at }) => at < merged.at) };
}

function split(
  { decisions }: Past,
  stays: (decision: TakenDecision, index: number) => boolean,
  more: readonly string[] = [],
): Point {
  const kept = decisions.filter(stays);
  return {
    decisions: kept.flatMap(({ item, choice, note, by, asked, kind }) =>
      asked === undefined || ALWAYS_ASKED.includes(kind)
        ? []
        : [{ item, choice, by, asked, ...(note !== undefined && { note }) }],
    ),
    anew: [...decisions.filter((one) => !kept.includes(one)).map(({ item }) => item), ...more],
  };
}

/** The decision of the earlier execution that answers a question that opens now. */
export function decisionFor(
  from: ForkedFrom | undefined,
  question: { readonly id: string; readonly asked: string; readonly options: readonly string[] },
): EarlierDecision | undefined {
  return from?.decisions.find(
    ({ item, asked, choice }) =>
      item === question.id &&
      asked === question.asked &&
      (question.options.length === 0 || question.options.includes(choice)),
  );
}

/** What a packet's runs, or the designer's, need to know of an earlier execution. */
export function runsFrom(from: ForkedFrom | undefined, name: string): RunSource | undefined {
  if (from === undefined) return undefined;
  const { feature, packet, until, with: change } = from;
  return {
    feature,
    ...(packet === name && { anew: true }),
    ...(until !== undefined && { until }),
    ...(change !== undefined && (packet === undefined || packet === name) && { with: change }),
  };
}
