import type { ArtifactRef } from './artifact.ts';

/** A test case of a report. Names are the runner's: `classname > name` parts joined by " > ". */
export interface TestCase {
  readonly name: string;
  readonly file?: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs?: number;
  /** First lines of a failure. */
  readonly message?: string;
  /** It failed first, and passed when its runner ran it once more. */
  readonly flaky?: true;
}

/** Counts of a report; small enough for history. */
export interface TestCounts {
  readonly total: number;
  readonly passing: number;
  readonly failing: number;
  readonly skipped: number;
}

/** A check that Baton ran, as history holds it. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** -1 where the process was ended by a signal or its timeout. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** Null where the check has no report, or wrote none. */
  readonly tests: TestCounts | null;
  /** Names of failing tests, at most 20. */
  readonly failing: readonly string[];
  /** Last lines of the output, at most 4,000 characters, secrets blotted out. */
  readonly tail: string;
  readonly log: ArtifactRef | null;
  /** The parsed cases (JSON array of TestCase), where there is a report. */
  readonly cases: ArtifactRef | null;
  /**
   * Whether everything that is red in it was red on the base, which a person chose to go on with: told by whoever knows
   * the base's whole report. Absent: nobody compared, so `failing` has to do.
   */
  readonly known?: boolean;
  /** Names of tests that failed and passed on the same tree, at most 20; `(the whole check)` where it has no report. */
  readonly flaky?: readonly string[];
  /** Tracked files that its command changed; they were put back. At most 20. */
  readonly changed?: readonly string[];
}

/**
 * Shown as a red check of the base if the repository's hooks take no message such as the feature's commits will have. No
 * check of `baton.yaml` can have this name, and it says nothing of the tree.
 */
export const COMMIT_MESSAGES = 'commit messages';

/** A test that passed before, and neither passes nor fails now. */
export interface VanishedTest {
  /** The check whose report showed it. */
  readonly check: string;
  readonly name: string;
  readonly file?: string;
  readonly now: 'missing' | 'skipped';
}

/** A test by one text: how a person allows it to go. */
export const testId = ({ check, name, file }: Pick<VanishedTest, 'check' | 'name' | 'file'>): string =>
  [check, ...(file === undefined ? [] : [file]), name].join(': ');

/** A check that was red on the base, which a person chose to go on with. */
export interface KnownRed {
  readonly name: string;
  /** Empty where it has no report. */
  readonly failing: readonly string[];
}

/**
 * The red checks that are redder than they were known to be. `CheckResult.known` decides, if it is there. If not, as in
 * histories of before, the names in the result decide, which are at most 20: each has to have failed before.
 */
export const newlyRed = (checks: readonly CheckResult[], known: readonly KnownRed[] = []): CheckResult[] =>
  checks.filter((check) => {
    if (check.passed) return false;
    // Without a set-up nothing was measured, so nothing is known.
    if (check.name === 'setup') return true;
    if (check.known !== undefined) return !check.known;
    const before = known.find(({ name }) => name === check.name);
    if (before === undefined) return true;
    const same = check.failing.every((test) => before.failing.includes(test));
    return !same || (check.failing.length === 0) !== (before.failing.length === 0);
  });

/** A gate's measurement. `absent`: not configured, which is never a pass. */
export interface GateResult {
  readonly name: string;
  readonly outcome: 'met' | 'unmet' | 'absent' | 'waived';
  /** What was measured: path in the report -> figure; null where the report lacks it. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** One line a bound that is not kept, e.g. `p95_ms is 63.1, allowed at most 50`. */
  readonly problems: readonly string[];
  readonly exitCode?: number;
  readonly durationMs?: number;
  readonly log?: ArtifactRef | null;
  /** Further numbers of the same report, for the handoff. */
  readonly details?: Readonly<Record<string, number | string>>;
  /** Least covered files, where the report is a coverage summary. */
  readonly gaps?: readonly { readonly file: string; readonly line: number }[];
  /** Who waived it and why. */
  readonly waivedBy?: string;
  /** Tracked files that its command changed; they were put back. At most 20. */
  readonly changed?: readonly string[];
}

/** A file's number of lines added and removed, from git. */
export interface FileChange {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'type-changed';
}
