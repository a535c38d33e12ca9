import type { VerifyResult } from '../../domain/activities.ts';
import type { AgentDone } from '../../domain/agent-protocol.ts';
import type { KnownRed } from '../../domain/checks.ts';
import type { Allowance, CheckpointRecord, SoFar } from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import type { Refusal } from './refusal.ts';

/** As many as a report shows. */
const MOST_FILES = 200;
/** A packet has a few red and green ones; a flood must not fill the feature's history. */
const MOST_CHECKPOINTS = 50;

/** What people allowed and ticked of a packet's work, and what merges left in it: every judgement goes by that. */
export class JudgedBy {
  readonly allowances: Allowance[] = [];
  private readonly files: string[] = [];
  private readonly tests: string[] = [];
  /** Texts of criteria: an amended packet has others. */
  private readonly tickedTexts: string[] = [];

  /** What the last look at the work found. */
  seen: Pick<SoFar, 'files' | 'tests'> = { files: [], tests: null };

  /** `conflicted`: files in which a merge left conflict markers for the agent. */
  constructor(private conflicted: readonly string[]) {}

  allow({ what, names, granted }: Refusal, by: string): void {
    this.allowances.push({ what, names, by });
    if (what === 'files' || what === 'secrets') this.files.push(...granted);
    if (what === 'tests') this.tests.push(...granted);
    if (what === 'markers') this.conflicted = this.conflicted.filter((file) => !names.includes(file));
  }

  tick(texts: readonly string[]): void {
    this.tickedTexts.push(...texts);
  }

  /** A merge left conflict markers in these files. */
  conflicts(files: readonly string[]): void {
    this.conflicted = [...new Set([...this.conflicted, ...files])];
  }

  saw({ changed, checks }: Pick<VerifyResult, 'changed' | 'checks'>): void {
    const tests = checks.map((check) => check.tests).find((counts) => counts !== null);
    this.seen = { files: changed, tests: tests ?? this.seen.tests };
  }

  /** What is known of work that may never have an outcome. A feature is told little, since it is told often. */
  soFar(checkpoints: readonly CheckpointRecord[], submissions: number): SoFar {
    const { files, tests } = this.seen;
    return {
      files: files.slice(0, MOST_FILES),
      tests,
      checkpoints: checkpoints.slice(-MOST_CHECKPOINTS),
      submissions,
    };
  }

  ticked({ criteria }: Packet): number[] {
    return criteria.flatMap(({ text }, index) => (this.tickedTexts.includes(text) ? [index] : []));
  }

  /** For the activities that judge the work. */
  input(packet: Packet, done: AgentDone, knownRed: readonly KnownRed[] | undefined) {
    return {
      packet,
      ticked: this.ticked(packet),
      allowed: this.files,
      allowedTests: this.tests,
      conflicted: this.conflicted,
      summary: done.summary,
      ...(knownRed !== undefined && { knownRed }),
    };
  }
}
