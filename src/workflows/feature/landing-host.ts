import type { CriterionToKeep } from '../../domain/activities.ts';
import type { GateResult, KnownRed, TestCounts } from '../../domain/checks.ts';
import type { Config } from '../../domain/config.ts';
import type { RepositoryRef } from '../../domain/messages.ts';
import type { Packet } from '../../domain/packet.ts';
import type { PullRequestText } from '../../domain/pull-request.ts';
import type { AskPeople } from '../asking.ts';
import type { Placement } from '../placement.ts';

/** What lands. */
export interface LandedWork {
  readonly packets: readonly Pick<Packet, 'id' | 'objective'>[];
  /** Protected paths that a person allowed. */
  readonly allowed: readonly string[];
  /** Files whose lines look like conflict markers, and that a person accepted. */
  readonly accepted: readonly string[];
  readonly criteria: readonly CriterionToKeep[];
}

/** What a landing needs of its feature. */
export interface LandingHost {
  readonly ref: RepositoryRef;
  readonly mode: Config['land'];
  readonly placement: Placement;
  /** The integration head, which lands. */
  head(): string;
  tree(): string;
  knownRed(): Promise<readonly KnownRed[]>;
  /** The feature in words. */
  readonly request: string;
  /** Of the packets that were merged. */
  merged(): LandedWork;
  /** What the tests say of what lands, where it was measured once more. */
  measured(tests: TestCounts | null): void;
  /** Gates that are not met on a commit, and that nobody waived. */
  unmetGates(commit: string): Promise<readonly GateResult[]>;
  readonly ask: AskPeople;
  /** Runs work while nobody else lands in this base. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Has a packet worked on from `start`; false where it wasn't merged. */
  mend(packet: Packet, start: string, reason: string, files: readonly string[]): Promise<boolean>;
  /** `commit`: what is on the pushed branch. */
  pullRequest(commit: string): Promise<PullRequestText>;
}
