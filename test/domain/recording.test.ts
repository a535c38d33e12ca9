import { describe, expect, it } from 'vitest';
import {
  editsThere,
  newHead,
  type RecordedStep,
  readRecording,
  recordingText,
  runsToPlay,
} from '../../src/domain/recording.ts';

const runs = (...outcomes: string[]) =>
  outcomes.map((outcome, index) => ({ head: { run: index + 1, outcome } }));
/** Numbers of the runs that an attempt plays, or why there are none. */
const played = (recorded: ReturnType<typeof runs>, attempt: number) => {
  const found = runsToPlay(recorded, attempt);
  return typeof found === 'string' ? found : found.map(({ head }) => head.run);
};

describe('which recorded runs an attempt plays', () => {
  it('is the run of its number, in whatever order they are listed', () => {
    const recorded = runs('blocked', 'crashed', 'done').reverse();
    expect([1, 2, 3].map((attempt) => played(recorded, attempt))).toEqual([[1], [2], [3]]);
  });

  it('goes on into the next where a run was cut short, so that the attempts after it count one less', () => {
    const recorded = runs('cancelled', 'trouble', 'blocked', 'done');
    expect([1, 2].map((attempt) => played(recorded, attempt))).toEqual([[1, 2, 3], [4]]);
  });

  it('is the last one again where that was done, and else a refusal that says how it ended', () => {
    expect(played(runs('blocked', 'done'), 5)).toEqual([2]);
    expect(played(runs('done', 'crashed'), 3)).toBe(
      'this is attempt 3, there are recordings for 2, and the last ended "crashed"',
    );
    expect(played([], 1)).toBe('no run of it was recorded');
  });

  it('is refused where a run is missing that it would have to follow', () => {
    const gap = runs('blocked', 'cancelled', 'done', 'done').filter(({ head }) => head.run !== 3);
    expect(played(gap, 1)).toEqual([1]);
    expect(played(gap, 2)).toBe('its run 3 was not recorded');
    expect(played(gap, 3)).toBe('its run 3 was not recorded');
    expect(played(runs('done', 'done').slice(1), 1)).toBe('its run 1 was not recorded');
  });
});

const edited = (path: string, before: string | null, after: string | null) => ({
  path,
  status: 'modified' as const,
  before,
  after,
});

describe('how many recorded edits a tree has', () => {
  const made = [
    { files: [edited('test', null, 't1')] },
    { files: [edited('code', 'c0', 'c1'), edited('old', 'o0', null)] },
    { files: [edited('test', 't1', 't2')] },
  ];
  const there = (files: Readonly<Record<string, string>>, of = made) =>
    editsThere(of, (path) => files[path] ?? null);

  it('is told by all of its files together', () => {
    expect(there({ code: 'c0', old: 'o0' })).toBe(0);
    expect(there({ test: 't1', code: 'c0', old: 'o0' })).toBe(1);
    expect(there({ test: 't1', code: 'c1' })).toBe(2);
    expect(there({ test: 't2', code: 'c1' })).toBe(3);
  });

  it('is none where its files are at no point of the recording', () => {
    expect(there({ test: 't2', code: 'c0', old: 'o0' })).toBe(0);
    expect(there({ test: 't1', code: 'mine' })).toBe(0);
  });

  it('is none at a beginning to which later edits lead back', () => {
    const undone = [{ files: [edited('a', null, '1')] }, { files: [edited('a', '1', null)] }];
    expect(there({}, undone)).toBe(0);
    expect(there({ a: '1' }, undone)).toBe(1);
  });
});

describe('the file of a recorded run', () => {
  const head = newHead({
    feature: 'prefs',
    packet: 'one',
    run: 2,
    role: 'tdd-typescript',
    runner: 'claude',
    startedAt: '2026-03-01T10:00:00.000Z',
    outcome: 'done',
    answer: 'blue',
  });
  const steps: RecordedStep[] = [
    { kind: 'event', at: 0, event: { type: 'session', id: 's' } },
    {
      kind: 'edits',
      at: 5,
      commit: 'c1',
      message: 'one: RED',
      files: [edited('a', null, 'i1')],
      patch: 'one.2.1.patch',
    },
    { kind: 'answer', at: 9, answer: { type: 'checkpoint' } },
  ];

  it('is read as it was written', () => {
    expect(readRecording(recordingText({ head, steps }))).toEqual({ head, steps });
  });

  it.each([
    ['an empty file', () => '', /^line 1: /],
    ['a later version', (text: string) => text.replace('"version":1', '"version":2'), /record the run anew/],
    ['half a line', (text: string) => text.slice(0, -9), /^line 4: /],
    ['a patch elsewhere', (text: string) => text.replace('one.2.1.patch', '../x.patch'), /^line 3: /],
  ])('is refused with its line where it is %s', (_, changed, problem) => {
    expect(readRecording(changed(recordingText({ head, steps })))).toEqual({
      problem: expect.stringMatching(problem),
    });
  });
});

it('an empty recording, and one with a line that is none, are told as such', () => {
  expect(readRecording('')).toHaveProperty('problem');
  expect(readRecording('{')).toMatchObject({ problem: expect.stringMatching(/^line 1: /) });
});
