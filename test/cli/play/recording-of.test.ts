import { describe, expect, it } from 'vitest';
import { recordingOf } from '../../../src/cli/play/recording-of.ts';
import type { RunRecord } from '../../../src/homes/runs.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const run: RunRecord = {
  packet: 'one',
  run: 1,
  role: 'tdd-typescript',
  runner: 'command',
  startedAt: new Date(START).toISOString(),
  outcome: 'done',
};
/** Transcript lines, a second after each other. */
const transcript = (...entries: object[]) =>
  entries.map((entry, second) =>
    JSON.stringify({ at: new Date(START + second * 1000).toISOString(), ...entry }),
  );
const task = (answer: string | null = null) => ({
  kind: 'task',
  task: { resume: answer === null ? null : { sessionId: 's', answer } },
});
const event = (type: string, more: object = {}) => ({ kind: 'event', event: { type, ...more } });
const result = event('result', { result: { status: 'done', summary: 'x' } });
const ended = (outcome = 'result', more: object = {}) => ({
  kind: 'baton',
  text: 'the run ended',
  ended: { outcome, ...more },
});
const ref = (digest: string) => ({ digest, size: 1, mediaType: 'text/x-diff', home: 'h' });
const commit = (from: string, to: string, more: object = {}) => ({
  kind: 'commit',
  from,
  commit: to,
  message: `one: ${to}`,
  files: [{ path: 'a', status: 'added', before: null, after: to }],
  patch: ref(`sha512-${to}`),
  ...more,
});
const answer = { kind: 'answer', answer: { type: 'checkpoint', commit: 'c1', checks: [] } };

const made = (lines: readonly string[], more: Partial<RunRecord> = {}) => {
  const { recording, patches, missing } = recordingOf('prefs', { ...run, ...more }, lines);
  const order = recording.steps.map((step) => {
    const what = step.kind === 'event' ? step.event.type : step.kind === 'edits' ? step.commit : 'answer';
    return `${step.at} ${what}`;
  });
  return { order, head: recording.head, steps: recording.steps, patches: [...patches], missing };
};

describe('a recording made of a transcript', () => {
  it('has no session that is to be confirmed, since whoever plays it waits for no answer to that', () => {
    const { steps } = made(transcript(task(), event('session', { id: 's', confirm: true }), result, ended()));
    expect(steps[0]).toEqual({ kind: 'event', at: 1000, event: { type: 'session', id: 's' } });
  });

  it('has the edits before the checkpoint or result that told of them, and their patches by name', () => {
    const checkpoint = event('checkpoint', { message: 'RED' });
    const lines = transcript(
      task('blue'),
      event('session', { id: 's' }),
      { kind: 'stderr', text: 'log' },
      checkpoint,
      commit('t0', 'c1'),
      answer,
      event('usage', { costUsd: 1 }),
      result,
      ended(),
      commit('c1', 'c2'),
    );
    const { order, head, patches, missing } = made(lines, { model: 'large' });
    expect(order).toEqual([
      '1000 session',
      '3000 c1',
      '3000 checkpoint',
      '5000 answer',
      '6000 usage',
      '7000 c2',
      '7000 result',
    ]);
    expect(head).toMatchObject({ feature: 'prefs', packet: 'one', run: 1, answer: 'blue', model: 'large' });
    expect(patches).toEqual([
      ['one.1.1.patch', ref('sha512-c1')],
      ['one.1.2.patch', ref('sha512-c2')],
    ]);
    expect(missing).toEqual([]);
  });

  it('ends with what a crashed run left, and its exit code', () => {
    const lines = transcript(
      task(),
      event('checkpoint', { message: 'RED' }),
      answer,
      event('progress', { note: 'x' }),
      ended('crashed', { exitCode: 3 }),
      commit('t0', 'c1'),
    );
    const { order, head, missing } = made(lines, { outcome: 'crashed' });
    expect(order).toEqual(['1000 checkpoint', '2000 answer', '3000 progress', '5000 c1']);
    expect(head).toMatchObject({ outcome: 'crashed', exitCode: 3 });
    expect(missing).toEqual([]);
  });

  it('is one run where a worker was killed in it: edits told twice count once, an unanswered checkpoint not at all', () => {
    const lines = transcript(
      task(),
      event('progress', { note: 'x' }),
      commit('t0', 'c1'),
      event('checkpoint', { message: 'RED' }),
      task(),
      event('checkpoint', { message: 'RED again' }),
      commit('t0', 'c2'),
      answer,
      '{"half a li' as unknown as object,
      result,
      ended(),
    );
    const { order, missing, steps } = made([...lines, 'cut off']);
    expect(order).toEqual(['1000 progress', '4000 c2', '4000 checkpoint', '6000 answer', '8000 result']);
    expect(steps.at(2)).toMatchObject({ event: { message: 'RED again' } });
    expect(missing).toEqual([]);
  });

  it('says what keeps it from being played', () => {
    const secret = commit('c1', 'c2', { patch: null, reason: 'its patch holds the value of TOKEN' });
    const lines = transcript(task(), commit('t0', 'c1'), secret, commit('c7', 'c8'), ended());
    const { missing, steps, patches } = made(lines);
    expect(missing).toEqual([
      'its result is missing in the transcript',
      'the edits of "one: c2": its patch holds the value of TOKEN',
      expect.stringMatching(/^the edits of "one: c8": edits are missing in the transcript/),
    ]);
    expect(steps.map((step) => step.kind === 'edits' && step.patch)).toEqual(['one.1.1.patch', null, null]);
    expect(patches).toHaveLength(1);
    expect(made(transcript(task(), result)).missing).toEqual([
      'an earlier version of Baton made it and kept no edits',
    ]);
  });
});
