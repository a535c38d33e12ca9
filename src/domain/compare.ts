/** Two features side by side, from their reports. Pure. */
import type { TakenDecision } from './attention.ts';
import type { GateResult, TestCounts } from './checks.ts';
import type { FeatureReport, Outcome, PacketReport } from './report.ts';
import type { PartialTotal } from './spending.ts';

/** The same of both; null where one has no such thing. */
export interface Both<T> {
  readonly a: T | null;
  readonly b: T | null;
}

export interface ComparedPacket {
  readonly status: PacketReport['status'];
  /** Of the integration branch with this packet. */
  readonly tree: string | null;
  readonly files: number;
  readonly tests: TestCounts | null;
  /** Criteria that were shown to be met. */
  readonly criteria: number;
  /** Runs of agents that were paid for. */
  readonly runs: number;
  /** Runs that were taken from an earlier execution. */
  readonly kept: number;
  /** Why runs were made again. */
  readonly again: readonly string[];
  readonly costUsd: PartialTotal | null;
}

export interface ComparedFigures {
  /** Runs of agents that were paid for. */
  readonly runs: number;
  readonly kept: number;
  readonly costUsd: PartialTotal;
  /** What the runs that were taken over had cost; null where there are none. */
  readonly reusedUsd: PartialTotal | null;
  readonly inputTokens: PartialTotal;
  readonly outputTokens: PartialTotal;
  readonly agentMs: number;
  readonly wallMs: number;
  readonly humanInterventions: number;
}

export type ComparedGate = Pick<GateResult, 'outcome' | 'figures'>;
export type ComparedDecision = Pick<TakenDecision, 'choice' | 'by' | 'automatic' | 'asIn' | 'note'>;

export interface ComparedFeatures {
  readonly a: string;
  readonly b: string;
  readonly outcome: Both<Outcome>;
  readonly commit: Both<string>;
  readonly tree: Both<string>;
  /** Undefined where one of them has no tree. */
  readonly sameTree?: boolean;
  readonly packets: readonly (Both<ComparedPacket> & { readonly packet: string })[];
  readonly tests: Both<TestCounts>;
  readonly gates: readonly (Both<ComparedGate> & { readonly name: string })[];
  /** Criteria that only one of them has met. */
  readonly criteria: readonly { readonly packet: string; readonly text: string; readonly metIn: 'a' | 'b' }[];
  /** Decisions that differ, or that only one of them has. */
  readonly decisions: readonly (Both<ComparedDecision> & { readonly item: string })[];
  readonly figures: { readonly a: ComparedFigures; readonly b: ComparedFigures };
}

/** Everything in which two reports can be compared. `names` is what they are called by. */
export function compareReports(
  a: FeatureReport,
  b: FeatureReport,
  names: { readonly a: string; readonly b: string },
): ComparedFeatures {
  return {
    ...names,
    outcome: { a: a.outcome, b: b.outcome },
    commit: { a: a.commit ?? null, b: b.commit ?? null },
    tree: { a: a.tree ?? null, b: b.tree ?? null },
    ...(a.tree !== undefined && b.tree !== undefined && { sameTree: a.tree === b.tree }),
    packets: beside(a.packets, b.packets, ({ id }) => id, packetOf).map(({ key, ...both }) => ({
      packet: key,
      ...both,
    })),
    tests: { a: a.figures.tests, b: b.figures.tests },
    gates: beside(
      a.gates,
      b.gates,
      ({ name }) => name,
      ({ outcome, figures }) => ({ outcome, figures }),
    ).map(({ key, ...both }) => ({ name: key, ...both })),
    criteria: [...onlyIn('a', a, b), ...onlyIn('b', b, a)],
    decisions: beside(a.decisions, b.decisions, ({ item }) => item, decisionOf)
      .filter((both) => both.a?.choice !== both.b?.choice || both.a?.note !== both.b?.note)
      .map(({ key, ...both }) => ({ item: key, ...both })),
    figures: { a: figuresOf(a), b: figuresOf(b) },
  };
}

/** The entries of both by their key: those of `a` in its order, then what only `b` has. */
function beside<T, R>(a: readonly T[], b: readonly T[], keyOf: (one: T) => string, shown: (one: T) => R) {
  const keys = [...new Set([...a, ...b].map(keyOf))];
  const find = (all: readonly T[], key: string): R | null => {
    const one = all.find((each) => keyOf(each) === key);
    return one === undefined ? null : shown(one);
  };
  return keys.map((key) => ({ key, a: find(a, key), b: find(b, key) }));
}

const packetOf = (packet: PacketReport): ComparedPacket => ({
  status: packet.status,
  tree: packet.merge?.tree ?? null,
  files: packet.files.length,
  tests: packet.tests,
  criteria: packet.criteria?.length ?? 0,
  runs: packet.runs - (packet.kept ?? 0),
  kept: packet.kept ?? 0,
  again: packet.again ?? [],
  costUsd: packet.spent?.costUsd ?? null,
});

const decisionOf = ({ choice, by, automatic, asIn, note }: TakenDecision): ComparedDecision => ({
  choice,
  by,
  automatic,
  ...(asIn !== undefined && { asIn }),
  ...(note !== undefined && { note }),
});

function onlyIn(side: 'a' | 'b', one: FeatureReport, other: FeatureReport) {
  const met = ({ packets }: FeatureReport) =>
    packets.flatMap(({ id, criteria = [] }) => criteria.map(({ text }) => ({ packet: id, text })));
  const there = new Set(met(other).map(({ packet, text }) => `${packet}\n${text}`));
  return met(one)
    .filter(({ packet, text }) => !there.has(`${packet}\n${text}`))
    .map((criterion) => ({ ...criterion, metIn: side }));
}

function figuresOf({ figures, runs, roles, reused }: FeatureReport): ComparedFigures {
  const kept = reused?.runs ?? 0;
  // A report has the newest runs only; its roles count all of them.
  const all = roles?.reduce((sum, role) => sum + role.runs, 0) ?? runs.length;
  const { costUsd, inputTokens, outputTokens, agentMs, wallMs, humanInterventions } = figures;
  return {
    runs: all - kept,
    kept,
    costUsd,
    reusedUsd: reused?.costUsd ?? null,
    inputTokens,
    outputTokens,
    agentMs,
    wallMs,
    humanInterventions,
  };
}
