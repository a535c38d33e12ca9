/** Inputs and results of the activities: the contract between workflows and src/activities. */

import type { AgentDone, Feedback, Question } from './agent-protocol.ts';
import type { Trouble } from './agent-trouble.ts';
import type { ArtifactRef } from './artifact.ts';
import type { CheckResult, FileChange, GateResult, KnownRed, TestCounts, VanishedTest } from './checks.ts';
import type { Config } from './config.ts';
import type { Handoff } from './handoff.ts';
import type { MeasuringScope } from './measuring-scope.ts';
import type { Place, RepositoryRef } from './messages.ts';
import type { CheckpointRecord, Merge, RunFigures } from './outcomes.ts';
import type { Evidence, EvidenceSource, Packet } from './packet.ts';
import type { Phase } from './phase.ts';
import type { PullRequestText } from './pull-request.ts';
import type { FeatureReport } from './report.ts';
import type { CameToNothing } from './run-end.ts';
import type { ForkedFrom, RunSource } from './what-if.ts';

/** Which tree: a packet's or the designer's, by name, at its place. */
export interface TreeRef extends RepositoryRef {
  readonly place: Place;
  /** Packet id or `design`. */
  readonly name: string;
}

export interface OpenFeatureResult {
  readonly config: Config;
  /** The same for all features of one repository, in every home: names its landing queue. */
  readonly repositoryKey: string;
}

export interface AgentRunInput extends TreeRef {
  readonly phase: Phase;
  readonly packet: Packet | null;
  /** The packet's branch. */
  readonly branch: string;
  /** Commit the worktree starts from, where it isn't there yet. */
  readonly start: string;
  readonly handoff: Handoff | null;
  /** Counts the runs of this tree's agent from 1. */
  readonly run: number;
  readonly feedback: readonly Feedback[];
  readonly resume: { readonly sessionId: string; readonly answer: string | null } | null;
  /** What was said in this conversation before: told again where the session turns out to be lost. */
  readonly earlier?: readonly Feedback[];
  /** Packets given by a person, for the designer to fill in. */
  readonly given: readonly Packet[];
  readonly request: string;
  /** Workflow id that gets the milestones. */
  readonly reportTo: string;
  /** `fallback`: the other agent that the role names. */
  readonly agent?: 'fallback';
  /** The designer only looks whether the request is clear, within the limits of `clarify`. */
  readonly looks?: true;
  /** Of a fork: where runs are that were paid for, and who makes those that aren't there. */
  readonly from?: RunSource;
  /**
   * A call for this run was cancelled, and came back without an answer: what is known of it is answered, what it left is
   * committed, and no agent is started. If none had begun, the call fails as `HeldBack`.
   */
  readonly unheard?: true;
}

/** A run that no other comes after. */
export type UnheardRun = AgentRunInput & Required<Pick<AgentRunInput, 'unheard'>>;

/** How a run of an agent ended; failures of the agent are answers, not errors. */
export type AgentRunEnd =
  | { readonly kind: 'done'; readonly result: AgentDone }
  | { readonly kind: 'blocked'; readonly question: Question; readonly further?: readonly Question[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly problems: string }
  /** The provider, the account or the settings are in the way. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: Exclude<CameToNothing, 'invalid' | 'trouble'>; readonly reason: string }
  /** Stopped because the workflow cancelled the run, e.g. to go on with a person's advice. */
  | { readonly kind: 'interrupted' };

export interface AgentRunOutcome {
  readonly end: AgentRunEnd;
  /**
   * The agent said something of its work, so it had heard what the run was told. Absent: it didn't, or the run was made
   * before this was noted.
   */
  readonly heard?: true;
  readonly sessionId: string | null;
  /** Everything the agent left is committed here. */
  readonly commit: string;
  readonly checkpoints: readonly CheckpointRecord[];
  readonly figures: RunFigures;
  readonly transcript: ArtifactRef | null;
}

export interface VerifyInput extends TreeRef {
  readonly packet: Packet | null;
  readonly start: string;
  /** What the packet's agent named as evidence, by the index of the criterion. */
  readonly claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[];
  /** False before a swap round: what stands on mocks is only looked at, and checked when it doesn't any more. */
  readonly check: boolean;
  /** A commit of the integration branch that the work is to stand on. */
  readonly standsOn?: string;
  /** Protected or out-of-bounds paths a person allowed. */
  readonly allowed: readonly string[];
  /** Indexes of criteria a person ticked. */
  readonly ticked: readonly number[];
  readonly knownRed?: readonly KnownRed[];
  /** Files in which a merge left conflict markers for the agent: no marker may be left in them. */
  readonly conflicted?: readonly string[];
  /** Tests (`testId`) that a person allowed to go. */
  readonly allowedTests?: readonly string[];
  readonly summary?: string;
  readonly role?: string;
  /** Of a design: the packets that it plans, to find those that name what measures the work. */
  readonly packets?: readonly Packet[];
}

export interface CriterionResult {
  readonly index: number;
  readonly text: string;
  readonly met: boolean | 'person';
  readonly reason: string;
  readonly namedBy?: EvidenceSource;
  /** The same evidence held on the integration head, before the packet's work. */
  readonly heldBefore?: boolean;
  /** What was looked for. */
  readonly evidence?: readonly Evidence[];
}

/** A criterion that a merged packet has met: looked for again where the feature lands on a base that moved. */
export interface CriterionToKeep {
  readonly packet: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface VerifyResult {
  readonly commit: string;
  /** The work doesn't stand on `standsOn`: it was brought there in a home that is lost. Nothing else was looked at. */
  readonly behind?: true;
  /** Changed paths out of the packet's bounds that nobody allowed. */
  readonly outside: readonly string[];
  /** Changed paths that are protected by configuration and that nobody allowed. */
  readonly protected: readonly string[];
  /** Changed links that lead out of the repository, and that nobody allowed. */
  readonly linksOut?: readonly string[];
  /** Files with conflict markers. */
  readonly markers: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly criteria: readonly CriterionResult[];
  readonly changed: readonly FileChange[];
  /** What the change of the protected files is, for people; cut. */
  readonly protectedDiff?: string;
  /** The protected paths in their order, each as `path@<id of its content>`: what a person allows is what was seen. */
  readonly contents?: readonly string[];
  /** Tests that nobody allowed to go; at most 50. */
  readonly vanished?: readonly VanishedTest[];
  /** Paths in the tree that can't be committed, each with the reason; at most 20. */
  readonly unusable?: readonly string[];
  /** Files that give a secret away, and so are not in the commit; at most 20. */
  readonly secrets?: readonly SecretInFile[];
  /** Of a design: packets whose scope names what measures the work. */
  readonly measuring?: readonly MeasuringScope[];
}

/** A changed file that gives a secret away. */
export interface SecretInFile {
  readonly path: string;
  /** What is in it, e.g. `the value of API_KEY`; never the value. */
  readonly what: string;
  /** How a person allows the file with just this content. */
  readonly allowance: string;
}

export interface MergeInput extends TreeRef {
  readonly branch: string;
  readonly commit: string;
  readonly packet: Packet | null;
  readonly claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[];
  readonly ticked: readonly number[];
  /** Counts the submissions of this packet. */
  readonly submission: number;
  readonly knownRed?: readonly KnownRed[];
  /** As in {@link VerifyInput}; absent: nothing was allowed. */
  readonly allowed?: readonly string[];
  readonly conflicted?: readonly string[];
  readonly allowedTests?: readonly string[];
  /** The agent's own words on what it did, for the commit's message. */
  readonly summary?: string;
  readonly role?: string;
}

export type MergePreparation =
  | {
      readonly kind: 'ready';
      readonly merge: Merge;
      readonly files: readonly FileChange[];
      readonly linesAdded: number;
      readonly testLinesAdded: number;
      readonly tests: TestCounts | null;
      readonly checks: readonly CheckResult[];
      /** The criteria as they are met on `merge.tree`. */
      readonly criteria?: readonly CriterionResult[];
      /** Protected paths among `files` that the packet's scope names. */
      readonly measuring?: readonly string[];
    }
  | {
      readonly kind: 'conflict';
      /** Of the integration branch, on which it doesn't fit. */
      readonly head: string;
      readonly files: readonly string[];
      readonly output: string;
    }
  | {
      readonly kind: 'red';
      readonly head: string;
      readonly checks: readonly CheckResult[];
      readonly unmet: readonly CriterionResult[];
      /** What else keeps exactly this merge from being made, as in {@link VerifyResult}. */
      readonly outside?: readonly string[];
      readonly linksOut?: readonly string[];
      readonly protected?: readonly string[];
      readonly protectedDiff?: string;
      readonly markers?: readonly string[];
      readonly vanished?: readonly VanishedTest[];
    };

export interface BaselineResult {
  readonly checks: readonly CheckResult[];
  readonly tests: TestCounts | null;
  /** What set-up and checks left in the tree without its being ignored: kept out of commits. Folders end in `/`. */
  readonly leftBehind?: readonly string[];
}

export interface ReleaseStepInput extends RepositoryRef {
  readonly place: Place;
  readonly commit: string;
  readonly version: string;
  readonly environment: 'staging' | 'production';
  readonly step: 'deploy' | 'smoke' | 'shift' | 'probe' | 'rollback' | 'current';
  readonly percent?: number;
  /** The same in each attempt of one step: the command's `BATON_OPERATION_ID`. */
  readonly operationId: string;
}

export interface ReleaseStepResult {
  readonly ok: boolean;
  readonly exitCode: number;
  /** Numbers of the command's last JSON object. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Where the version answers, as the command printed it. */
  readonly url: string | null;
  /** Last line of its output. */
  readonly text: string;
  readonly tail: string;
  readonly log: ArtifactRef | null;
}

/** What a person or an agent mended after a landing met a base that the feature didn't fit on. */
export interface MendedLanding {
  /** The integration head before that; what lands is one merge of it with the base, holding what was mended. */
  readonly from: string;
  /** Files that had conflict markers. */
  readonly files: readonly string[];
}

/** A commit for a packet that mends a landing: the feature and its base merged, markers in `files`. */
export interface LandingToMend {
  readonly start: string;
  readonly files: readonly string[];
  readonly output: string;
}

export type PullRequestResult =
  | { readonly kind: 'open'; readonly url: string; readonly note?: string }
  /** Why not, and what a person can do. */
  | { readonly kind: 'unavailable'; readonly why: string };

/** The commit that will land, checked on the base as it is now. */
export type LandingPreparation =
  | {
      readonly kind: 'ready';
      readonly base: string;
      readonly commit: string;
      readonly tree: string;
      /** Of exactly this tree, where it isn't the one that the last packet was merged to. */
      readonly tests?: TestCounts | null;
    }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly output: string }
  | {
      readonly kind: 'red';
      readonly checks: readonly CheckResult[];
      /** Criteria that aren't met on the new base, each `packet: text (reason)`. */
      readonly unmet?: readonly string[];
      /** Protected files that what lands changes, and that nobody allowed. */
      readonly protected?: readonly string[];
    };

export interface LandResult {
  readonly branch: string;
  readonly commit: string;
  readonly note?: string;
  /** Set where the base had moved and the branch has to be brought onto it first. */
  readonly moved?: string;
}

/** Activities on the trees of one home. */
export interface HomeActivities {
  /** `takeBack`: where an earlier execution had landed, which this one takes the place of. */
  openFeature(
    input: RepositoryRef & { readonly place: Place; readonly takeBack?: ForkedFrom['landed'] },
  ): Promise<OpenFeatureResult>;
  baseline(
    /** `request`: what the person asked for. Absent in features begun before that was told. */
    input: RepositoryRef & { readonly place: Place; readonly request?: string },
  ): Promise<BaselineResult>;
  design(input: AgentRunInput): Promise<AgentRunOutcome>;
  implement(input: AgentRunInput): Promise<AgentRunOutcome>;
  test(input: AgentRunInput): Promise<AgentRunOutcome>;
  deploy(input: AgentRunInput): Promise<AgentRunOutcome>;
  verify(input: VerifyInput): Promise<VerifyResult>;
  bringUpTo(input: TreeRef & { readonly head: string }): Promise<{
    readonly kind: 'clean' | 'conflict';
    readonly files: readonly string[];
  }>;
  /** Makes the packet's tree ready for a person to work in, and says where it is. */
  prepareByHand(input: TreeRef & { readonly start: string }): Promise<{ readonly path: string }>;
  prepareMerge(input: MergeInput): Promise<MergePreparation>;
  /** `thenRemove`: the tree that was merged goes, without anybody waiting for it. */
  moveBranch(
    input: TreeRef & { readonly merge: Merge; readonly thenRemove?: boolean },
  ): Promise<{ readonly moved: boolean }>;
  /** Of a run that is {@link UnheardRun unheard}, it is ended first, and answered what it came to; undefined: no agent had begun. */
  removeTree(input: TreeRef | UnheardRun): Promise<AgentRunOutcome | undefined>;
  gate(
    input: RepositoryRef & { readonly place: Place; readonly gate: string; readonly commit: string },
  ): Promise<GateResult>;
  prepareLanding(
    input: RepositoryRef & {
      readonly place: Place;
      readonly commit: string;
      readonly mode: Config['land'];
      readonly knownRed?: readonly KnownRed[];
      readonly mended?: MendedLanding;
      /** The feature in words, for the commit's message. */
      readonly request?: string;
      readonly packets?: readonly { readonly id: string; readonly objective: string }[];
      /** Protected paths that a person allowed some packet to change. */
      readonly allowed?: readonly string[];
      readonly criteria?: readonly CriterionToKeep[];
    },
  ): Promise<LandingPreparation>;
  /** Merges the base into the feature's head, for a packet to begin with; `round` counts those. */
  beginMending(
    input: RepositoryRef & { readonly place: Place; readonly commit: string; readonly round: number },
  ): Promise<LandingToMend>;
  openPullRequest(
    input: RepositoryRef &
      PullRequestText & { readonly place: Place; readonly branch: string; readonly commit: string },
  ): Promise<PullRequestResult>;
  land(
    input: RepositoryRef & {
      readonly place: Place;
      readonly commit: string;
      readonly mode: Config['land'];
      readonly expectedBase: string;
      /** Of what was judged: nothing else is moved. Absent in features that began before it was told. */
      readonly tree?: string;
      readonly request?: string;
      readonly packets?: readonly { readonly id: string; readonly objective: string }[];
    },
  ): Promise<LandResult>;
  releaseStep(input: ReleaseStepInput): Promise<ReleaseStepResult>;
  writeHandoff(input: {
    readonly feature: string;
    readonly place: Place;
    readonly handoff: Handoff;
  }): Promise<Handoff>;
  saveReport(input: { readonly place: Place; readonly report: FeatureReport }): Promise<void>;
  cleanUp(input: RepositoryRef & { readonly place: Place }): Promise<void>;
}
