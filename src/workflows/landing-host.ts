import type { KnownRed } from '../domain/checks.ts';
import type { Config } from '../domain/config.ts';
import type { Ask, RepositoryRef } from '../domain/messages.ts';
import type { Packet } from '../domain/packet.ts';
import type { PullRequestText } from '../domain/pull-request.ts';
import type { Placement } from './home-calls.ts';

/** What a landing needs of its feature. */
export interface LandingHost {
  readonly ref: RepositoryRef;
  readonly mode: Config['land'];
  readonly placement: Placement;
  /** The integration head, which lands. */
  head(): string;
  tree(): string;
  knownRed(): Promise<readonly KnownRed[]>;
  ask(ask: Ask): Promise<{ readonly choice: string; readonly note?: string | undefined }>;
  /** Runs work while nobody else lands in this base. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Has a packet worked on from `start`; false where it wasn't merged. */
  mend(packet: Packet, start: string, reason: string, files: readonly string[]): Promise<boolean>;
  pullRequest(): Promise<PullRequestText>;
}
