import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AfterRun, Counts, Unfinished } from '../../src/domain/after-run.ts';
import { afterRun, heardIn, NO_COUNTS, waitText } from '../../src/domain/after-run.ts';
import { TROUBLE_KINDS, type TroubleKind } from '../../src/domain/agent-trouble.ts';

const HOUR_MS = 3_600_000;
const trouble = (kind: TroubleKind, retryAfterMs?: number): Unfinished => ({
  kind: 'trouble',
  trouble: { kind, message: `it is ${kind}`, ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
/** What comes of the same end again and again, until somebody else has to have a say. */
function untilUsedUp(end: Unfinished, other = false): AfterRun[] {
  const all: AfterRun[] = [];
  let counts: Counts = NO_COUNTS;
  for (;;) {
    const found = afterRun(end, counts, other);
    all.push(found.after);
    if (found.after.next === 'ask' || found.after.next === 'hand-over') return all;
    counts = found.counts;
  }
}
const waits = (all: readonly AfterRun[]) => all.flatMap((one) => (one.next === 'wait' ? [one.forMs] : []));

const crashed: Unfinished = { kind: 'crashed', reason: 'exit code 3' };
const ends: fc.Arbitrary<Unfinished> = fc.oneof(
  fc.constantFrom<Unfinished>(
    crashed,
    { kind: 'stalled', reason: 'silent' },
    { kind: 'no-result', reason: 'nothing' },
    { kind: 'timed-out', reason: 'long' },
    { kind: 'invalid', problems: 'no summary' },
    { kind: 'failed', reason: 'no idea' },
    { kind: 'missing', reason: 'not installed' },
    { kind: 'over-budget', reason: 'spent' },
  ),
  fc
    .tuple(fc.constantFrom(...TROUBLE_KINDS), fc.option(fc.nat(10 * 24 * HOUR_MS), { nil: undefined }))
    .map(([kind, ms]) => trouble(kind, ms)),
);

describe('after a run that came to nothing', () => {
  it('a crash is tried again three times with a note, a refused result with the complaints', () => {
    expect(untilUsedUp(crashed).map(({ next }) => next)).toEqual(['again', 'again', 'again', 'ask']);
    expect(untilUsedUp(crashed)[0]).toMatchObject({
      say: { kind: 'note', text: expect.stringContaining('exit code 3') },
    });
    const invalid = untilUsedUp({ kind: 'invalid', problems: 'no summary' });
    expect(invalid).toHaveLength(4);
    expect(invalid[0]).toMatchObject({ say: { kind: 'schema', text: 'no summary' } });
    expect(invalid[3]).toMatchObject({ kind: 'failing-packet', what: 'invalid', goOn: 'retry' });
  });

  it('waits count anew only if something else than a rate limit came between', () => {
    const before = { ...NO_COUNTS, waits: 3, waitedMs: 5 };
    expect(afterRun(trouble('rate-limit', 1000), before, false).counts).toMatchObject({
      waits: 4,
      waitedMs: 1005,
    });
    expect(afterRun(trouble('overloaded'), before, false).counts).toMatchObject({ waits: 0, waitedMs: 0 });
    expect(afterRun(crashed, before, false).counts).toMatchObject({ waits: 0, waitedMs: 0 });
  });

  it('a rate limit is waited for as long as the provider says, for a day at most', () => {
    expect(waits(untilUsedUp(trouble('rate-limit', 5 * HOUR_MS)))).toEqual(
      [1, 2, 3, 4].map(() => 5 * HOUR_MS),
    );
    expect(waits(untilUsedUp(trouble('rate-limit', 25 * HOUR_MS)))).toEqual([]);
    expect(waits(untilUsedUp(trouble('rate-limit', 0)))).toEqual(Array.from({ length: 24 }, () => 1000));
  });

  it('a rate limit without a time is waited for a minute, then twice as long, up to half an hour', () => {
    const minutes = waits(untilUsedUp(trouble('rate-limit'))).map((ms) => ms / 60_000);
    expect(minutes.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(minutes).toHaveLength(24);
  });

  it('only rate limits in a row count together', () => {
    const limited = afterRun(trouble('rate-limit', HOUR_MS), NO_COUNTS, false);
    const other = afterRun(crashed, limited.counts, false);
    expect(limited.counts).toMatchObject({ waits: 1, waitedMs: HOUR_MS });
    expect(other.counts).toMatchObject({ waits: 0, waitedMs: 0, failures: 1 });
  });

  it('an overloaded provider is tried again after 10, 30 and 90 seconds', () => {
    expect(waits(untilUsedUp(trouble('overloaded')))).toEqual([10_000, 30_000, 90_000]);
    expect(untilUsedUp(trouble('overloaded')).at(-1)).toMatchObject({ kind: 'environment', goOn: 'retry' });
    expect(waits(untilUsedUp(trouble('overloaded', 60_000)))).toEqual([60_000, 60_000, 90_000]);
  });

  it.each(['not-logged-in', 'unknown-model', 'permission', 'settings'] as const)(
    '%s is asked at once with what to do, also where there is another agent',
    (kind) => {
      expect(untilUsedUp(trouble(kind), true)).toEqual([
        { next: 'ask', kind: 'environment', what: kind, why: `it is ${kind}`, goOn: 'retry' },
      ]);
    },
  );

  it('a missing program is asked at once, an agent that gives up too, and one that spent its budget may go on', () => {
    expect(untilUsedUp({ kind: 'missing', reason: 'x' }, true)).toMatchObject([{ kind: 'environment' }]);
    expect(untilUsedUp({ kind: 'failed', reason: 'x' }, true)).toMatchObject([{ kind: 'failing-packet' }]);
    expect(untilUsedUp({ kind: 'over-budget', reason: 'x' }, true)).toMatchObject([
      { kind: 'budget', goOn: 'go-on' },
    ]);
  });

  it('whoever else there is takes over where tries are used up, and a person is asked where there is nobody', () => {
    for (const end of [crashed, trouble('overloaded'), trouble('rate-limit')]) {
      expect(untilUsedUp(end, true).at(-1)).toMatchObject({ next: 'hand-over' });
      expect(untilUsedUp(end, false).at(-1)).toMatchObject({ next: 'ask' });
    }
  });

  it('nothing is tried for ever, whatever ends follow one another, and no wait is longer than a day', () => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 300, maxLength: 300 }), (all) => {
        let counts: Counts = NO_COUNTS;
        let waited = 0;
        const settled = all.findIndex((end) => {
          const found = afterRun(end, counts, false);
          counts = found.counts;
          if (found.after.next === 'wait') {
            expect(found.after.forMs).toBeGreaterThanOrEqual(1000);
            waited =
              end.kind === 'trouble' && end.trouble.kind === 'rate-limit' ? waited + found.after.forMs : 0;
            expect(waited).toBeLessThanOrEqual(24 * HOUR_MS);
          } else waited = 0;
          return found.after.next === 'ask';
        });
        // 24 waits beside each of 3 + 3 + 3 tries, and one more each.
        expect(settled).toBeGreaterThanOrEqual(0);
        expect(settled).toBeLessThan(25 * 10);
      }),
    );
  });
});

describe('the note of a wait', () => {
  it('tells the time of day, and the day where that is another one', () => {
    const now = Date.parse('2026-03-01T22:00:00Z');
    expect(waitText('rate-limit', now + 64 * 60_000, now)).toBe('rate limit: until 23:04 UTC');
    expect(waitText('overloaded', now + 3 * HOUR_MS, now)).toBe(
      'provider overloaded: until 2026-03-02 01:00 UTC',
    );
  });
});

describe('what a run was told', () => {
  const reason = 'why';
  const early = ['crashed', 'no-result', 'stalled', 'timed-out', 'over-budget'] as const;
  it.each(early)('is heard in one that ended as %s only if its agent said something', (kind) => {
    expect(heardIn({ end: { kind, reason } })).toBe(false);
    expect(heardIn({ end: { kind, reason }, heard: true })).toBe(true);
  });

  it('is heard in one that gave a result, and never in one that was not begun, or had trouble', () => {
    expect(heardIn({ end: { kind: 'blocked', question: { text: 'Which?' } } })).toBe(true);
    expect(heardIn({ end: { kind: 'invalid', problems: reason } })).toBe(true);
    expect(heardIn({ end: { kind: 'failed', reason } })).toBe(true);
    expect(heardIn({ end: { kind: 'missing', reason }, heard: true })).toBe(false);
    expect(heardIn({ end: trouble('rate-limit'), heard: true })).toBe(false);
  });
});
