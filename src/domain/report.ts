import type { TakenDecision } from './attention.ts';
import type { GateResult, TestCounts } from './checks.ts';
import type { Handoff } from './handoff.ts';
import type { Allowance, Merge, ProvenCriterion, ReleaseOutcome, RunFigures } from './outcomes.ts';
import type { PacketKind } from './packet.ts';
import type { Phase } from './phase.ts';
import type { MadePlanEdit } from './plan-edit.ts';
import { type PartialTotal, type Spending, spending } from './spending.ts';
import type { ForkedFrom, MergedAt } from './what-if.ts';

export const OUTCOMES = ['rolled-out', 'rolled-back', 'landed', 'rejected', 'cancelled', 'stopped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Exit code of a client that watches: 0 for rolled-out and landed, 1 for the others. */
export const exitCodeOf = (outcome: Outcome): number =>
  outcome === 'rolled-out' || outcome === 'landed' ? 0 : 1;

/** Something a person did unasked, e.g. advice to a packet. */
export interface Steering {
  readonly what: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Done by a program in a person's place: no human intervention. */
  readonly automatic?: boolean;
}

export interface PacketReport {
  readonly id: string;
  readonly kind: PacketKind;
  readonly status: 'merged' | 'dropped' | 'unfinished';
  /** Why it was dropped. */
  readonly why?: string;
  readonly merge?: Merge;
  readonly files: readonly string[];
  readonly tests: TestCounts | null;
  /** Checkpoints measured red and green. */
  readonly red: number;
  readonly green: number;
  readonly runs: number;
  readonly submissions: number;
  /** Who did it by hand in the end; absent: an agent did. */
  readonly byHand?: string;
  /** Absent in reports of before there was such a thing. */
  readonly spent?: Spending;
  /** How each criterion was met on `merge.tree`. */
  readonly criteria?: readonly ProvenCriterion[];
  /** What Baton had refused, and people allowed. */
  readonly allowances?: readonly Allowance[];
  /** Tests that failed and passed on the tree that was merged. */
  readonly flaky?: readonly string[];
  /** Tracked files that checks changed, by check. */
  readonly changedByChecks?: Readonly<Record<string, readonly string[]>>;
  /** Of a fork: runs that were taken from the earlier execution. */
  readonly kept?: number;
  /** Of a fork: runs that were made again, each with why. */
  readonly again?: readonly string[];
}

/** A check that was red before anything was done, and that a person chose to go on with. */
export interface RedFromTheStart {
  readonly name: string;
  /** Tests that failed; 0: it has no report, so nobody can tell whether it is redder now. */
  readonly failing: number;
}

/** Work that went from a role's agent to somebody else by itself, after its tries were used up. */
export interface HandedOver {
  /** Packet id, or `design`. */
  readonly packet: string;
  /** Runners, as baton.yaml names them. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What the runs of one role came to. */
export interface RoleSpending extends Spending {
  readonly role: string;
}

/** What a feature came to. Its figures are measured. */
export interface FeatureReport {
  readonly feature: string;
  readonly request: string;
  readonly outcome: Outcome;
  /** The folder of the repository that it worked in, if that isn't the whole. Paths are named from there. */
  readonly root?: string;
  /** Why, where the outcome isn't a success. */
  readonly reason?: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Branch the work is on at the origin; undefined where nothing was landed. */
  readonly branch?: string;
  /** Remark of the landing, e.g. that the base is checked out at the origin. */
  readonly landing?: string;
  /** Address of the pull request, where one was opened. */
  readonly pullRequest?: string;
  readonly commit?: string;
  readonly tree?: string;
  readonly packets: readonly PacketReport[];
  readonly gates: readonly GateResult[];
  readonly release?: ReleaseOutcome;
  readonly decisions: readonly TakenDecision[];
  /** What people said to agents without being asked. */
  readonly steered?: readonly Steering[];
  /** What went to a role's other agent, or to a person in its place, by itself. */
  readonly handedOver?: readonly HandedOver[];
  /** Of all runs by role; absent in reports of before there was such a thing. */
  readonly roles?: readonly RoleSpending[];
  /** Changes of the plan while it was carried out. */
  readonly edits?: readonly MadePlanEdit[];
  /** Said first wherever the outcome is: with these it is no clean success. */
  readonly knownRed?: readonly RedFromTheStart[];
  /** What set-up and checks leave in the tree without its being ignored; kept out of commits. */
  readonly leftBehind?: readonly string[];
  readonly figures: {
    readonly agentsInvolved: number;
    readonly mostAgentsAtOnce: number;
    /** Times agents were sent to work: one round begins whenever agents start after none or others ended. */
    readonly executionRounds: number;
    /** Times a packet went back to its agent because of what others had merged: conflicts, red on the new head, swaps. */
    readonly integrationRounds: number;
    /** Contexts passed on: the first is the designer's start and counts for none. */
    readonly handoffs: number;
    /** Decisions and advice by people. */
    readonly humanInterventions: number;
    /** Decisions that the start's choices or `--yes` made. */
    readonly automaticDecisions: number;
    readonly waitedForPeopleMs: number;
    readonly agentMs: number;
    readonly wallMs: number;
    readonly inputTokens: PartialTotal;
    readonly outputTokens: PartialTotal;
    readonly costUsd: PartialTotal;
    readonly finalCoverage: NonNullable<Handoff['final_coverage']> | null;
    readonly tests: TestCounts | null;
  };
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>;
  /** Packets that were merged, in their order; absent in reports of before there was such a thing. */
  readonly merges?: readonly MergedAt[];
  /** The earlier execution that it began as. */
  readonly from?: Pick<ForkedFrom, 'feature' | 'runId' | 'before'>;
  /** What the runs had cost that were taken from there; they cost this feature nothing. */
  readonly reused?: Spending;
  /** Runs, oldest first, at most 200. */
  readonly runs: readonly RunFigures[];
}

/** The largest number of intervals that overlap at one moment. */
export function mostAtOnce(
  runs: readonly { readonly startedAt: string; readonly durationMs: number }[],
): number {
  const edges = runs.flatMap((run) => {
    const start = Date.parse(run.startedAt);
    return [
      { at: start, change: 1 },
      { at: start + run.durationMs, change: -1 },
    ];
  });
  edges.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of edges) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

/**
 * Rounds of a session: a round is a stretch of time in which agents run; a new
 * one begins with the first run that starts after every run of the round before had started and one had ended.
 */
export function executionRounds(
  runs: readonly { readonly startedAt: string; readonly durationMs: number }[],
): number {
  const sorted = [...runs].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  let rounds = 0;
  let firstEnd = Number.NEGATIVE_INFINITY;
  for (const run of sorted) {
    const start = Date.parse(run.startedAt);
    if (rounds === 0 || start >= firstEnd) {
      rounds += 1;
      firstEnd = start + run.durationMs;
    } else firstEnd = Math.min(firstEnd, start + run.durationMs);
  }
  return rounds;
}

/** What was spent by the role of the runs, in the order in which the roles were first sent to work. */
export function byRole(runs: readonly RunFigures[]): RoleSpending[] {
  const roles = [...new Set(runs.map(({ role }) => role))];
  return roles.map((role) => ({ role, ...spending(runs.filter((run) => run.role === role)) }));
}

/** What the runs had cost that a fork took over; undefined if there are none. */
export function reusedSpending(runs: readonly RunFigures[]): Spending | undefined {
  const reused = runs.flatMap(({ outcome, reused: one }) => (one === undefined ? [] : [{ ...one, outcome }]));
  return reused.length === 0 ? undefined : spending(reused);
}

/** What a report says of a packet of a fork. */
export function keptAndAgain(runs: readonly RunFigures[]): Pick<PacketReport, 'kept' | 'again'> {
  const kept = runs.filter(({ reused }) => reused !== undefined).length;
  const again = runs.flatMap(({ run, anew }) => (anew === undefined ? [] : [`run ${run}: ${anew}`]));
  return { ...(kept > 0 && { kept }), ...(again.length > 0 && { again }) };
}
