/** Every message that crosses a process: workflow inputs, signals, updates, queries. One object each. */

import type { WaitReason } from './agent-trouble.ts';
import type { AttentionItem, AttentionKind, Decision, DroppedMessage, TakenDecision } from './attention.ts';
import type { GateResult, KnownRed } from './checks.ts';
import type { Config } from './config.ts';
import type { Budget } from './crew-config.ts';
import type { GitContent } from './git-content.ts';
import type { Handoff } from './handoff.ts';
import type { RunFigures, SoFar } from './outcomes.ts';
import type { Packet, PacketStatus } from './packet.ts';
import type { Phase } from './phase.ts';
import type { FeatureReport } from './report.ts';
import type { RequestDoubts } from './request-doubts.ts';
import type { Spending } from './spending.ts';
import type { ForkedFrom, MergedAt, RunSource } from './what-if.ts';

/** Names as they stand in histories; never changed. */
export const WORKFLOWS = {
  feature: 'featureWorkflow',
  packet: 'packetWorkflow',
  release: 'releaseWorkflow',
  queue: 'queueWorkflow',
} as const;

export const SIGNALS = {
  /** People to a feature: {@link Decision}. */
  decide: 'decide',
  /** People to a feature: {@link Unblock}. */
  unblock: 'unblock',
  /** People to a feature; no argument needed. */
  pause: 'pause',
  resume: 'resume',
  /** A packet or release to its feature: {@link ChildReport}. */
  report: 'report',
  /** An agent's activity to the feature, a few times a run: {@link Progress}. */
  progress: 'progress',
  /** A feature to its packet or release: {@link Instruction}. */
  instruct: 'instruct',
  /** A feature to a queue: {@link Ticket}. */
  enter: 'enter',
  leave: 'leave',
  /** A queue to a feature: {@link Ticket}. */
  turn: 'turn',
} as const;
export const UPDATES = {
  decide: 'decide',
  /** People to a feature: `PlanEdit`. */
  plan: 'plan',
  /** What would be a signal, to a feature that had as many as its server takes: {@link Delivery}. */
  deliver: 'deliver',
} as const;
export const QUERIES = {
  status: 'status',
  handoffs: 'handoffs',
  attention: 'attention',
  /** `PlanStatus`: the packets, whole. */
  plan: 'plan',
  /**
   * `RunFigures[]`, oldest first: the designer's runs, and those of packets that have ended; where the feature has a
   * budget, all that have ended.
   */
  runs: 'runs',
} as const;

/** Where and on what a feature works; checked by the client before the start. */
export interface FeatureRequest {
  readonly feature: string;
  /** The feature in words. */
  readonly request: string;
  /** Local path or URL of the user's repository. */
  readonly repo: string;
  readonly base: string;
  /** What `base` was when the feature was started; baton.yaml is read from it. */
  readonly baseCommit: string;
  /** Folder of the repository that it works in, from the top. Absent: as baton.yaml says, or the whole. */
  readonly root?: string;
  /** Packets given by a person; empty: the designer makes them. */
  readonly packets: readonly Packet[];
  /** Every item takes its recommended choice by itself. */
  readonly yes: boolean;
  readonly startedBy: string;
  /** Whether the namespace knows Baton's search attributes: setting an unknown one would block the workflow. */
  readonly searchAttributes: boolean;
  /** How the git of the person who started it converts files. Default: by `.gitattributes` alone, without filters. */
  readonly content?: GitContent;
  /** What Baton saw in the request and asks, or tells the designer, before the design. Absent: nothing. */
  readonly doubts?: RequestDoubts;
  /** Begins as an earlier execution did, see docs/what-if.md. */
  readonly from?: ForkedFrom;
}

/** Where a packet's tree is. The epoch rises when it moves to another home. */
export interface Place {
  readonly home: string;
  readonly epoch: number;
}

/** What every activity needs to find the repository and its rules. */
export interface RepositoryRef {
  readonly feature: string;
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  /** As the feature was started with. */
  readonly root?: string;
  /** As the feature was started with. */
  readonly content?: GitContent;
  /** What set-up and checks leave in a tree without its being ignored, as found on the base: kept out of commits. */
  readonly leftBehind?: readonly string[];
}

export interface Unblock {
  readonly packet: string;
  readonly message: string;
  readonly by: string;
  /** Sent by a program in a person's place, such as a demo: no human intervention. */
  readonly automatic?: boolean;
}

/** Signals that a feature takes as an update too. */
export const DELIVERABLE = ['unblock', 'pause', 'resume', 'report', 'turn'] as const;

/** A signal and its argument, sent as an update. */
export interface Delivery {
  readonly signal: (typeof DELIVERABLE)[number];
  readonly argument?: unknown;
}

/** A delivery on its way to a feature; `id` is the same at every attempt. */
export interface ToDeliver {
  readonly workflowId: string;
  readonly id: string;
  readonly delivery: Delivery;
}

/** Memo of a workflow that runs agents. Absent: it was never paused. */
export type PausedMemo = { readonly paused: boolean };

export interface Progress {
  readonly packet: string;
  readonly percent?: number;
  readonly note: string;
  /** Its agent waits for a slot of the worker. */
  readonly waits?: boolean;
}

/** A question a child asks its feature to put to people. */
export interface Ask<O extends string = string> {
  readonly kind: AttentionKind;
  readonly prompt: string;
  /** What may be chosen; empty: any text. */
  readonly options: readonly O[];
  readonly recommended?: NoInfer<O>;
  /** What is away that it waits for, in words for people: asked about once, and answered for all that wait for it. */
  readonly about?: string;
}

/** What a child tells its feature. `child` is a packet's id or `release`. */
export type ChildReport =
  /** Blocked by a question; the slot is given back. */
  | { readonly child: string; readonly type: 'asks'; readonly ask: Ask }
  /** Its agent has ended, and the work is being checked; the slot is given back. */
  | { readonly child: string; readonly type: 'checks' }
  /** Submitted for integration; the slot is given back. */
  | { readonly child: string; readonly type: 'submitted'; readonly commit: string }
  /** Its soft dependencies have to be merged before it can go on; the slot is given back. */
  | { readonly child: string; readonly type: 'awaits-swap' }
  /**
   * It can go on, a slot is wanted: integration sent it back (the merge turn is given back), or what it waited for
   * is over.
   */
  | { readonly child: string; readonly type: 'returned'; readonly reason: string }
  /** Its agent can't go on before a time (ms since the epoch); the slot is given back. */
  | { readonly child: string; readonly type: 'waits'; readonly why: WaitReason; readonly untilMs: number }
  /** Runs that ended and weren't told yet; the slot is kept. */
  | {
      readonly child: string;
      readonly type: 'ran';
      readonly runs: readonly RunFigures[];
      /** Absent: told by an execution that began before there was such a thing. */
      readonly soFar?: SoFar;
    }
  /** A further run of its agent, where the feature has a budget; the slot is kept if that may begin at once. */
  | { readonly child: string; readonly type: 'wants-run' }
  /** A step of the release, for the dashboard. */
  | { readonly child: string; readonly type: 'step'; readonly step: string };

/** What a feature tells a child. */
export type Instruction =
  /** A slot is yours, and a run; `decision` answers what was asked. */
  | {
      readonly type: 'continue';
      readonly decision?: Pick<Decision, 'choice' | 'note' | 'by'>;
      readonly head?: string;
      /** Soft dependencies that will never be merged. */
      readonly dropped?: readonly string[];
    }
  /** It is your turn to be merged. */
  | { readonly type: 'merge' }
  | { readonly type: 'advice'; readonly message: string; readonly by: string }
  /** A person changed the packet while it is worked on. */
  | { readonly type: 'amend'; readonly packet: Packet; readonly by: string }
  /** The packet is not to be done any more. */
  | { readonly type: 'drop'; readonly why: string }
  /** The question that is open is to be told once more: of a release, whose feature was reset since. */
  | { readonly type: 'ask-again' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' };

/** A place in a queue for a resource. */
export interface Ticket {
  readonly resource: string;
  /** Workflow id of who wants it. */
  readonly holder: string;
  /** With which run it began, resets included: one that is started anew under that id doesn't hold what this one held. */
  readonly holderFirstRun?: string;
  /** Tells one holder's tickets apart. */
  readonly ticket: string;
}

export interface QueueInput {
  readonly resource: string;
  readonly waiting: readonly Ticket[];
  readonly current?: Ticket;
}

export interface PacketInput {
  readonly ref: RepositoryRef;
  /** The feature in words, for the agent. */
  readonly request: string;
  readonly packet: Packet;
  readonly phase: Phase;
  /** Commit the worktree starts from: the integration head at the packet's start. */
  readonly start: string;
  /** What went before. */
  readonly handoff: Handoff | null;
  /** Packets this one depends on softly that were not merged at its start. */
  readonly unswapped: readonly string[];
  /** Said to the agent at its first run, e.g. the gate that is not met. */
  readonly reason?: string;
  readonly files?: readonly string[];
  /** What was red on the base, where a person chose to go on with it. */
  readonly knownRed?: readonly KnownRed[];
  readonly paused: boolean;
  /** The role names another agent, to which people may give the packet. */
  readonly otherAgent?: boolean;
  /** A person does the packet `instead` of an agent, or is who it goes to as the `fallback`. */
  readonly person?: 'instead' | 'fallback';
  /** The feature has a budget: every run is told, and every further one asked for. */
  readonly budget?: boolean;
  /** `homes.gone` of baton.yaml in ms; absent where the feature was started before there was such a key. */
  readonly homeGone?: number;
  /** Of a fork. */
  readonly from?: RunSource;
}

export interface ReleaseInput {
  readonly ref: RepositoryRef;
  readonly commit: string;
  /** Name of the version: the first 12 digits of the commit. */
  readonly version: string;
  /** 1 for the first release of the feature, counting on. */
  readonly attempt: number;
  readonly ask: boolean;
  readonly release: NonNullable<Config['release']>;
  readonly repositoryKey: string;
  readonly place: Place;
  readonly paused: boolean;
  /** As in {@link PacketInput}. */
  readonly homeGone?: number;
  /**
   * Its operation ids are those of this execution alone. Absent in releases that began before there was such a part:
   * they keep the ids that they have told.
   */
  readonly ownOperations?: true;
}

/** A packet as a dashboard shows it. */
export interface PacketView {
  readonly id: string;
  readonly kind: Packet['kind'];
  readonly branch: string;
  readonly status: PacketStatus;
  readonly role: string;
  /** Since when it has this status, ISO 8601. */
  readonly since?: string;
  /** Its agent waits for a slot of the worker, and hasn't begun. */
  readonly waitsForSlot?: true;
  /** Last sign of life, ISO 8601. */
  readonly lastCheck?: string;
  readonly percent?: number;
  readonly note?: string;
  /** Expected length of the work in minutes, as `baton plan` draws it. */
  readonly size?: number;
  /** Ids; ` (soft)` behind those of soft ones. */
  readonly dependencies: readonly string[];
}

/** Everything a dashboard needs: the answer of the query `status`. */
export interface FeatureStatus {
  readonly feature: string;
  readonly request: string;
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  /** The folder of the repository that it works in, if that isn't the whole. Paths are named from there. */
  readonly root?: string;
  readonly phase: Phase | 'done';
  /** What goes on, in a few words. */
  readonly activity: string;
  readonly paused: boolean;
  readonly startedAt: string;
  readonly integration: { readonly branch: string; readonly head: string };
  readonly packets: readonly PacketView[];
  readonly gates: readonly GateResult[];
  readonly releaseSteps: readonly string[];
  readonly attention: readonly AttentionItem[];
  readonly decisions: readonly TakenDecision[];
  readonly dropped: readonly DroppedMessage[];
  readonly slots: { readonly used: number; readonly of: number };
  /** Of the runs that were told, see the query `runs`; `budget` as configured. */
  readonly spent: Spending & { readonly budget?: Budget };
  /** Milliseconds each phase took, as far as it came. */
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>;
  /** Packets that are merged next, in their order; the first may be merged now. */
  readonly mergesNext?: readonly string[];
  /** Packets that were merged, in their order. */
  readonly merges?: readonly MergedAt[];
  readonly report?: FeatureReport;
}
