import { expect, test } from 'vitest';
import { opencodeReader } from '../../src/agents/opencode.ts';
import { eventsOf, replay, staysValid, troubleAtEnd } from './recorded.ts';

const reader = (spent = {}) => opencodeReader({ spent });

test('a run is told as session, doings and figures, and its result is the text of the last step', () => {
  const output = replay(reader(), 'opencode-ok', 0);
  expect(eventsOf(output, 'session')).toEqual([{ type: 'session', id: 'ses_e013e1e84ffeXawHSSPoWQRjND' }]);
  expect(eventsOf(output, 'progress').slice(0, 2)).toEqual([
    { type: 'progress', note: 'I write it.' },
    { type: 'progress', note: 'write: /tree/a.txt' },
  ]);
  expect(eventsOf(output, 'result')).toEqual([
    { type: 'result', result: { status: 'done', summary: 'all done' } },
  ]);
  expect(troubleAtEnd(output)).toBeUndefined();
});

test('figures are told step by step, cached tokens among the input, those of the last step after the result', () => {
  const output = replay(reader(), 'opencode-ok', 0);
  expect(eventsOf(output, 'usage')).toEqual([
    { type: 'usage', inputTokens: 1000, cachedInputTokens: 200, outputTokens: 50, costUsd: 0.00315 },
    { type: 'usage', inputTokens: 2000, cachedInputTokens: 400, outputTokens: 100, costUsd: 0.0063 },
  ]);
  expect(output.at(-1)).toMatchObject({ event: { type: 'usage', inputTokens: 2000 } });
});

test('its figures are of one process: those of the session before are added', () => {
  const spent = { inputTokens: 5, cachedInputTokens: 1, outputTokens: 2, costUsd: 1 };
  expect(eventsOf(replay(reader(spent), 'opencode-ok', 0), 'usage').at(-1)).toEqual({
    type: 'usage',
    inputTokens: 2005,
    cachedInputTokens: 401,
    outputTokens: 102,
    costUsd: 1.0063,
  });
});

test('a cost of nothing for tokens that were used is an unknown one', () => {
  const [usage] = eventsOf(replay(reader(), 'opencode-unpriced', 0), 'usage');
  expect(usage).toEqual({ type: 'usage', inputTokens: 1000, cachedInputTokens: 200, outputTokens: 50 });
});

test.for([
  ['opencode-401', 1, 'not-logged-in'],
  ['opencode-unknown-model', 1, 'unknown-model'],
  ['opencode-mid-drop', 1, 'overloaded'],
  ['opencode-refused', 0, 'permission'],
  ['opencode-bad-config', 1, 'settings'],
  ['opencode-unknown-option', 1, 'settings'],
] as const)('%s, with exit code %i, is trouble of the kind %s', ([name, code, kind]) => {
  const trouble = troubleAtEnd(replay(reader(), name, code));
  expect(trouble).toMatchObject({ trouble: { kind, message: expect.stringMatching(/^opencode said: \w/) } });
});

test('a rate limit in the log ends the run at once, with the time that the provider asked for', () => {
  expect(troubleAtEnd(replay(reader(), 'opencode-mid-429', 0))).toMatchObject({
    fatal: true,
    trouble: { kind: 'rate-limit', retryAfterMs: 7000 },
  });
});

test('the time that the provider asked for is read from its header too', () => {
  const data = { message: 'slow down', statusCode: 429, responseHeaders: { 'retry-after': '90' } };
  const output = [...reader().event({ type: 'error', error: { name: 'APIError', data } })];
  expect(troubleAtEnd(output)?.trouble.retryAfterMs).toBe(90_000);
});

test('overload in the log is told while the CLI waits, and has passed with the next answer', () => {
  const output = replay(reader(), 'opencode-500-then-ok', 0);
  expect(output[1]).toMatchObject({ kind: 'trouble', fatal: false, trouble: { kind: 'overloaded' } });
  expect(troubleAtEnd(output)).toBeUndefined();
  expect(eventsOf(output, 'result')).toHaveLength(1);
});

test('a request that the provider refuses is no trouble that passes, whichever stream is read first', () => {
  expect(troubleAtEnd(replay(reader(), 'opencode-400', 1))).toBeUndefined();
  const one = reader();
  const data = { message: 'Invalid request.', statusCode: 400, isRetryable: false };
  const output = [
    ...one.event({ type: 'error', sessionID: 'ses_1', error: { name: 'APIError', data } }),
    ...one.errorLine('level=ERROR message="stream error" small=false error.error="Invalid request."'),
    ...(one.ended?.({ code: 1, lastWords: '' }) ?? []),
  ];
  expect(troubleAtEnd(output)).toBeUndefined();
});

test('what a title could not be made for is no trouble', () => {
  const line = 'level=ERROR message="stream error" small=true agent=title error.error="Rate limit reached"';
  expect(reader().errorLine(line)).toEqual([]);
});

test('a session that is not there is lost', () => {
  expect(replay(reader(), 'opencode-no-session', 1)).toEqual([{ kind: 'no-session' }]);
});

test('an end without a word is no result, or one to be asked for where it had worked', () => {
  expect(reader().ended?.({ code: 0, lastWords: '' })).toEqual([]);
  const one = reader();
  one.event({ type: 'step_finish', part: { reason: 'stop', tokens: { input: 1, output: 1 }, cost: 0 } });
  expect(one.ended?.({ code: 0, lastWords: '' })?.[0]).toMatchObject({ kind: 'unreadable' });
});

test('no lines make it throw or say what the protocol does not allow', () => staysValid(reader, 'opencode'));
