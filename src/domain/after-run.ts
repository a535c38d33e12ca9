/** What follows a run in which an agent neither finished nor asked. Pure: the same end and counts, the same answer. */
import type { AgentRunEnd, AgentRunOutcome } from './activities.ts';
import { passes, type TroubleKind, type WaitReason } from './agent-trouble.ts';
import type { AttentionKind } from './attention.ts';

/** Results refused by their schema in a row before somebody else takes over. */
const MAX_INVALID_RESULTS = 3;
/** Crashes, stalls and runs without a result in a row before somebody else takes over. */
const MAX_FAILED_RUNS = 3;
/** How long an overloaded provider is left alone, by tries: it comes back within minutes, or somebody has to look. */
const OVERLOADED_MS = [10_000, 30_000, 90_000] as const;
/** A provider that doesn't say for how long it wants to be left alone: so long at first, then doubled … */
const FIRST_WAIT_MS = 60_000;
/** … up to this: who has waited for hours doesn't mind half of one. */
const LONGEST_WAIT_MS = 30 * 60_000;
/** A provider that says 0 is still left alone for a moment. */
const SHORTEST_WAIT_MS = 1000;
/** Waits for a rate limit in a row, and their sum, before somebody else takes over: quotas come back within a day. */
const MAX_WAITS = 24;
const MAX_WAITED_MS = 24 * 3_600_000;

/** A run's end that leaves the work undone and asks nothing. */
export type Unfinished = Exclude<AgentRunEnd, { kind: 'done' | 'blocked' | 'interrupted' }>;

/** What happened since the agent last did its work, or a person last had a say. */
export interface Counts {
  readonly invalid: number;
  readonly failures: number;
  readonly overloads: number;
  /** Waits for a rate limit in a row. */
  readonly waits: number;
  readonly waitedMs: number;
}
export const NO_COUNTS: Counts = { invalid: 0, failures: 0, overloads: 0, waits: 0, waitedMs: 0 };

/**
 * Whether a run heard what it was told: it answered with a result, or was heard saying something before it ended early.
 * Of a provider's trouble nobody knows when it came, so what was told then is told again.
 */
export function heardIn({ end, heard }: Pick<AgentRunOutcome, 'end' | 'heard'>): boolean {
  switch (end.kind) {
    case 'done':
    case 'blocked':
    case 'failed':
    case 'invalid':
      return true;
    case 'missing':
    case 'trouble':
    case 'interrupted':
      return false;
    default:
      return heard === true;
  }
}

export type AfterRun =
  /** Another run at once, which is told this. */
  | { readonly next: 'again'; readonly say: { readonly kind: 'schema' | 'note'; readonly text: string } }
  /** Another run after a while. */
  | { readonly next: 'wait'; readonly why: WaitReason; readonly forMs: number }
  /** The tries are used up, and the role names somebody else. */
  | { readonly next: 'hand-over'; readonly why: string }
  | {
      readonly next: 'ask';
      readonly kind: Extract<AttentionKind, 'failing-packet' | 'environment' | 'budget'>;
      /** In one word, e.g. `crashed`. */
      readonly what: Unfinished['kind'] | TroubleKind;
      readonly why: string;
      /** The choice by which the same agent goes on. */
      readonly goOn: 'retry' | 'go-on';
    };

/** What was said of a run that came to nothing. */
const reasonOf = (end: Unfinished): string =>
  end.kind === 'invalid'
    ? `its result is refused:\n${end.problems}`
    : end.kind === 'trouble'
      ? end.trouble.message
      : end.reason;

/**
 * What comes after a run's end, and the counts with it in them. What passes by itself is tried again, a bounded
 * number of times; then the role's other agent takes over, where there is one that didn't yet; then a person is
 * asked. What doesn't pass by itself is asked at once, since a blind retry only costs.
 *
 * @param other - whether there is somebody to hand the work over to
 */
export function afterRun(
  end: Unfinished,
  before: Counts,
  other: boolean,
): { readonly after: AfterRun; readonly counts: Counts } {
  const why = reasonOf(end);
  const limited = end.kind === 'trouble' && end.trouble.kind === 'rate-limit';
  const counts = limited ? before : { ...before, waits: 0, waitedMs: 0 };
  const ask = (kind: 'failing-packet' | 'environment', what: Unfinished['kind'] | TroubleKind): AfterRun =>
    ({ next: 'ask', kind, what, why, goOn: 'retry' }) as const;
  const usedUp = (asked: AfterRun): AfterRun => (other ? { next: 'hand-over', why } : asked);
  switch (end.kind) {
    case 'invalid': {
      const invalid = counts.invalid + 1;
      const again = invalid <= MAX_INVALID_RESULTS;
      return {
        after: again
          ? { next: 'again', say: { kind: 'schema', text: end.problems } }
          : usedUp(ask('failing-packet', end.kind)),
        counts: { ...counts, invalid },
      };
    }
    case 'no-result':
    case 'crashed':
    case 'stalled':
    case 'timed-out': {
      const failures = counts.failures + 1;
      const text = `The last run ended early: ${why}. Go on from the tree as it is.`;
      return {
        after:
          failures <= MAX_FAILED_RUNS
            ? { next: 'again', say: { kind: 'note', text } }
            : usedUp(ask('failing-packet', end.kind)),
        counts: { ...counts, failures },
      };
    }
    case 'failed':
      return { after: ask('failing-packet', end.kind), counts };
    case 'missing':
      return { after: ask('environment', end.kind), counts };
    case 'over-budget':
      return { after: { next: 'ask', kind: 'budget', what: end.kind, why, goOn: 'go-on' }, counts };
    case 'trouble': {
      const { kind, retryAfterMs } = end.trouble;
      if (!passes(end.trouble)) return { after: ask('environment', kind), counts };
      if (kind === 'overloaded') {
        const forMs = OVERLOADED_MS[counts.overloads];
        return {
          after:
            forMs === undefined
              ? usedUp(ask('environment', kind))
              : {
                  next: 'wait',
                  why: 'overloaded',
                  forMs: Math.max(forMs, Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS)),
                },
          counts: { ...counts, overloads: counts.overloads + 1 },
        };
      }
      const forMs = Math.max(SHORTEST_WAIT_MS, retryAfterMs ?? doubled(counts.waits));
      const waits = counts.waits + 1;
      const waitedMs = counts.waitedMs + forMs;
      return {
        after:
          waits > MAX_WAITS || waitedMs > MAX_WAITED_MS
            ? usedUp(ask('environment', kind))
            : { next: 'wait', why: 'rate-limit', forMs },
        counts: { ...counts, waits, waitedMs },
      };
    }
  }
}

const doubled = (waits: number): number => Math.min(FIRST_WAIT_MS * 2 ** waits, LONGEST_WAIT_MS);

const REASON_TEXT: Readonly<Record<WaitReason, string>> = {
  'rate-limit': 'rate limit',
  overloaded: 'provider overloaded',
};

/** `rate limit: until 15:04 UTC`, with the date where that is another day. */
export function waitText(why: WaitReason, untilMs: number, nowMs: number): string {
  const until = new Date(untilMs).toISOString();
  const day =
    until.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10) ? '' : `${until.slice(0, 10)} `;
  return `${REASON_TEXT[why]}: until ${day}${until.slice(11, 16)} UTC`;
}
