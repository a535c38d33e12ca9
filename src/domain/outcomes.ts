/** How the parts of a feature ended: runs of agents, packets, releases. */
import type { ArtifactRef } from './artifact.ts';
import type { FileChange, TestCounts } from './checks.ts';
import type { Evidence, EvidenceSource } from './packet.ts';
import type { RunOutcome } from './run-end.ts';

/** One run of an agent, measured. Unknown tokens and cost stay undefined, never zero. */
export interface RunFigures {
  /** Packet id, or `design`. */
  readonly packet: string;
  readonly role: string;
  readonly runner: string;
  readonly run: number;
  readonly outcome: RunOutcome;
  /** ISO 8601, the activity's clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** How the program ended after its result (`exit code 1`, `signal SIGSEGV`); absent: with exit code 0, or by Baton. */
  readonly exit?: string;
  readonly resumed: boolean;
  /** All input tokens, cached ones among them. */
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
  /** Who says what it cost: the runner, or the `prices` of baton.yaml over its tokens. */
  readonly costFrom?: 'runner' | 'prices';
  /** Why it ran without Baton's sandbox; absent where it had one, and in runs of before there was such a thing. */
  readonly unconfined?: string;
  /** What was said in the run, JSON lines; absent where it could not be kept. */
  readonly transcript?: ArtifactRef;
  /** No agent was started: an earlier run had been given the same, and this is what it came to. */
  readonly reused?: ReusedRun;
  /** Why no run of the earlier execution was taken in its place; absent in features that are no fork. */
  readonly anew?: string;
}

/** A run that was paid for once, in another execution. */
export interface ReusedRun {
  /** The feature that paid for it. */
  readonly feature: string;
  readonly run: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
}

/** A recorded move of the integration branch. */
export interface Merge {
  readonly old: string;
  readonly new: string;
  readonly tree: string;
}

/** A checkpoint as measured by Baton. */
export interface CheckpointRecord {
  readonly message: string;
  readonly commit: string;
  readonly tests: TestCounts | null;
  /** Whether all checks that it asked for passed; null: it asked for none. */
  readonly passed: boolean | null;
}

/** A criterion, and what showed on the tree that was merged that it is met. */
export interface ProvenCriterion {
  readonly text: string;
  /** What was looked at, and what was found; one line. */
  readonly evidence: string;
  readonly namedBy: EvidenceSource;
  /** What was looked for; looked for again where the feature lands on a base that moved. */
  readonly proof?: readonly Evidence[];
  /** The same evidence held on the tree before the packet, so it shows nothing that the packet did. */
  readonly heldBefore: boolean;
}

/** Something that Baton had refused, and a person allowed. */
export interface Allowance {
  readonly what: 'files' | 'tests' | 'markers' | 'secrets';
  /** Paths; tests by `testId`. At most 100. */
  readonly names: readonly string[];
  readonly by: string;
}

/** Work that went from the agent of a role to somebody else by itself. */
export interface HandOver {
  /** The role's other agent, or a person in its place. */
  readonly to: 'other-agent' | 'person';
  /** The last run before. */
  readonly afterRun: number;
  readonly why: string;
}

/** How a packet ended. Claims of its agent (`summary` …) stand beside what was measured. */
export interface PacketOutcome {
  readonly packet: string;
  readonly status: 'merged' | 'dropped';
  readonly why?: string;
  readonly merge?: Merge;
  readonly files: readonly FileChange[];
  readonly linesAdded: number;
  readonly testLinesAdded: number;
  /** Of the integration tree with this packet. */
  readonly tests: TestCounts | null;
  readonly summary: string;
  readonly decisions: readonly string[];
  readonly constraints: readonly string[];
  readonly pendingActions: readonly string[];
  readonly plan?: string;
  readonly rollback?: string;
  readonly checkpoints: readonly CheckpointRecord[];
  readonly runs: readonly RunFigures[];
  /** Times it was submitted for integration. */
  readonly submissions: number;
  readonly handOver?: HandOver;
  /** Who did it by hand in the end. */
  readonly byHand?: string;
  /** What a person said to its agent came too late: while it was being merged. */
  readonly unheard?: true;
  /** Absent where the packet was not merged, and in outcomes of before there was such a thing. */
  readonly criteria?: readonly ProvenCriterion[];
  readonly allowances?: readonly Allowance[];
  /** Protected paths that it changed since its scope names them, which was approved with the plan. */
  readonly measuring?: readonly string[];
  /** Tests that failed and passed on the tree that was merged. */
  readonly flaky?: readonly string[];
  /** Tracked files that checks changed while they ran, by check; they were put back. */
  readonly changedByChecks?: Readonly<Record<string, readonly string[]>>;
}

/** What was measured of a packet's work so far, though it has no outcome. */
export type SoFar = Pick<PacketOutcome, 'files' | 'tests' | 'checkpoints' | 'submissions'>;

/** Of a packet that never ran, or comes to nothing. */
export const droppedOutcome = (packet: string, why: string): PacketOutcome => ({
  packet,
  status: 'dropped',
  why,
  files: [],
  linesAdded: 0,
  testLinesAdded: 0,
  tests: null,
  summary: '',
  decisions: [],
  constraints: [],
  pendingActions: [],
  checkpoints: [],
  runs: [],
  submissions: 0,
});

/** Where a feature's work is at the origin. */
export interface Landed {
  readonly branch: string;
  readonly commit: string;
  readonly tree: string;
  /** Remark, e.g. that the base is checked out there. */
  readonly note?: string;
  /** Address of the pull request, where one was opened. */
  readonly pullRequest?: string;
}

export interface ReleaseStep {
  readonly environment: 'staging' | 'production';
  readonly step: string;
  readonly at: string;
  readonly percent?: number;
  readonly figures?: Readonly<Record<string, number | null>>;
  readonly ok: boolean;
  readonly problems?: readonly string[];
  readonly url?: string;
  /** What the step's command was given as `BATON_OPERATION_ID`. */
  readonly operationId: string;
}

export interface ReleaseOutcome {
  readonly outcome: 'rolled-out' | 'rolled-back' | 'failed';
  readonly version: string;
  readonly previous: string;
  readonly steps: readonly ReleaseStep[];
  /** Limits that were not kept. */
  readonly problems: readonly string[];
  /** What people chose after a bad release. */
  readonly choice?: 'fix' | 'retry' | 'stop';
  /** Figures of the last probe of the version that serves now. */
  readonly figures?: Readonly<Record<string, number | null>>;
}
