import { describe, expect, test } from 'vitest';
import type { VerifyResult } from '../../src/domain/activities.ts';
import { feedbackSchema } from '../../src/domain/agent-protocol.ts';
import type { CheckResult, VanishedTest } from '../../src/domain/checks.ts';
import {
  adviceOf,
  boundaryFeedback,
  checkFeedback,
  criteriaFeedback,
  cutOffNote,
  feedbackText,
  markersFeedback,
  noteOf,
  vanishedFeedback,
  verifyFeedback,
} from '../../src/domain/feedback.ts';

const red = (more: Partial<CheckResult> = {}): CheckResult => ({
  name: 'test',
  passed: false,
  exitCode: 1,
  timedOut: false,
  durationMs: 61_000,
  tests: null,
  failing: [],
  tail: 'the end',
  log: null,
  cases: null,
  ...more,
});
const clean: VerifyResult = {
  commit: 'c',
  outside: [],
  protected: [],
  markers: [],
  checks: [],
  criteria: [],
  changed: [],
};
const gone = (count: number, more: Partial<VanishedTest> = {}): VanishedTest[] =>
  Array.from({ length: count }, (_, index) => ({
    check: 'test',
    name: `t${index}`,
    now: 'missing',
    ...more,
  }));

describe('feedback on a red check', () => {
  test('names the failing tests and ends with the end of the output', () => {
    expect(checkFeedback(red({ failing: ['a', 'b'] }))).toEqual({
      kind: 'check',
      text: 'The check "test" is red (exit code 1).\n\nFailing tests:\n- a\n- b\n\nthe end',
      files: [],
    });
    expect(checkFeedback(red({ timedOut: true })).text).toContain('ran out of time after 61 s');
  });

  test('names the files that the check changed, and that they were put back', () => {
    expect(checkFeedback(red({ changed: ['src/a.ts', 'b.snap'] })).text).toBe(
      'The check "test" is red (exit code 1).\n\nThe check itself changed these tracked files, and Baton put them back:\n- src/a.ts\n- b.snap\n\nthe end',
    );
  });

  test('keeps the last line of the output, however much there is to name', () => {
    const long = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(290)}`);
    const { text } = checkFeedback(red({ failing: long, changed: long, tail: `${'y'.repeat(4000)}\nlast` }));
    expect(text.length).toBeLessThanOrEqual(8000);
    expect(text.endsWith('last')).toBe(true);
    expect(text).toMatch(/- and \d+ more/);
  });
});

describe('feedback on vanished tests', () => {
  test('names each with what became of it', () => {
    expect(
      vanishedFeedback([...gone(1), { check: 'unit', name: 'a > b', file: 'a.ts', now: 'skipped' }]),
    ).toEqual([
      {
        kind: 'check',
        text: 'These tests passed before, and are missing or skipped now. Bring them back; if they have to go, say so and why: a person decides.\n- test: t0 (missing)\n- unit: a.ts: a > b (skipped)',
        files: [],
      },
    ]);
    expect(vanishedFeedback([])).toEqual([]);
    expect(vanishedFeedback(undefined)).toEqual([]);
  });

  test('names at most 50, in whole lines that fit', () => {
    const lines = vanishedFeedback(gone(80))[0]?.text.split('\n') ?? [];
    expect(lines.slice(1)).toHaveLength(51);
    expect(lines.at(-1)).toBe('- and 30 more');
    const [long] = vanishedFeedback(gone(80, { file: 'x'.repeat(400) }));
    expect(feedbackSchema.safeParse(long).success).toBe(true);
    expect(long?.text).toMatch(/\(missing\)\n- and \d\d more$/);
  });
});

test('feedback on boundaries and markers is about the files that there are', () => {
  expect(boundaryFeedback({})).toEqual([]);
  expect(markersFeedback({})).toEqual([]);
  expect(boundaryFeedback({ outside: ['a'], protected: ['b'] })).toMatchObject([
    { kind: 'boundary', text: expect.stringContaining('are protected'), files: ['b'] },
    { kind: 'boundary', text: expect.stringContaining('outside'), files: ['a'] },
  ]);
  expect(markersFeedback({ markers: Array.from({ length: 300 }, String) })).toMatchObject([
    { kind: 'conflict', files: { length: 200 } },
  ]);
});

test('a tree that can be submitted gets no feedback', () => {
  expect(verifyFeedback(clean)).toEqual([]);
  expect(verifyFeedback({ ...clean, unusable: [], vanished: [], checks: [red({ known: true })] })).toEqual(
    [],
  );
});

test('everything that keeps a tree from being submitted is told', () => {
  const feedback = verifyFeedback({
    ...clean,
    outside: ['o'],
    protected: ['p'],
    markers: ['m'],
    checks: [red()],
    criteria: [{ index: 1, text: 'works', met: false, reason: 'no test' }],
    vanished: gone(1),
    unusable: ['vendor/x (a repository of its own)'],
  });
  expect(feedback.map(({ kind }) => kind)).toEqual([
    'boundary',
    'boundary',
    'boundary',
    'conflict',
    'check',
    'check',
    'criteria',
  ]);
  expect(feedback[0]?.text).toBe("These paths can't be committed:\n- vendor/x (a repository of its own)");
  expect(feedback.at(-1)?.text).toContain('2. works: no test');
});

test('notes, advice and unmet criteria are told as what they are', () => {
  expect(noteOf('x'.repeat(9000))).toEqual({ kind: 'note', text: 'x'.repeat(8000), files: [] });
  expect(cutOffNote('it slept').text).toBe('The agent before could not go on: it slept');
  expect(adviceOf('be brief')).toEqual({ kind: 'advice', text: 'be brief', files: [] });
  const unmet = { index: 1, text: 'It works', met: false as const, reason: 'no test' };
  expect(criteriaFeedback([unmet, { ...unmet, index: 3 }])).toEqual({
    kind: 'criteria',
    text: 'These acceptance criteria are not met:\n2. It works: no test\n4. It works: no test',
    files: [],
  });
});

test('people read each feedback with its files', () => {
  const text = feedbackText([adviceOf('one'), { kind: 'boundary', text: 'two', files: ['a', 'b'] }]);
  expect(text).toBe('one\n\ntwo\nFiles: a, b');
});
