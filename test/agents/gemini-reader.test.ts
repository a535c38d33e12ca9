import { expect, test } from 'vitest';
import { geminiReader } from '../../src/agents/gemini.ts';
import { eventsOf, replay, staysValid, troubleAtEnd } from './recorded.ts';

const reader = (spent = {}) => geminiReader({ spent });

test('a run is told as session, doings and figures, and its result is what was said after the last tool', () => {
  const output = replay(reader(), 'gemini-ok', 0);
  expect(eventsOf(output, 'session')).toEqual([
    { type: 'session', id: 'ef4075a3-37e8-48b9-b62e-58ac39f7735e' },
  ]);
  expect(eventsOf(output, 'progress')).toEqual([
    { type: 'progress', note: 'I write it.' },
    { type: 'progress', note: 'write_file: /tree/a.txt' },
  ]);
  expect(eventsOf(output, 'result')).toEqual([
    { type: 'result', result: { status: 'done', summary: 'all done' } },
  ]);
  expect(eventsOf(output, 'usage')).toEqual([
    { type: 'usage', inputTokens: 2000, cachedInputTokens: 400, outputTokens: 100 },
  ]);
  expect(troubleAtEnd(output)).toBeUndefined();
});

test('its figures are of one process: those of the session before are added, and no cost is made up', () => {
  const output = replay(
    reader({ inputTokens: 5, cachedInputTokens: 1, outputTokens: 2, costUsd: 1 }),
    'gemini-ok',
    0,
  );
  expect(eventsOf(output, 'usage')).toEqual([
    { type: 'usage', inputTokens: 2005, cachedInputTokens: 401, outputTokens: 102 },
  ]);
});

test('thoughts, which are in the total alone, count as output', () => {
  const stats = { total_tokens: 1300, input_tokens: 1000, output_tokens: 50, cached: 0, models: { one: {} } };
  const output = [...reader().event({ type: 'result', status: 'success', stats })];
  expect(eventsOf(output, 'usage')).toMatchObject([{ inputTokens: 1000, outputTokens: 300 }]);
});

test.for([
  ['gemini-401', 145, 'not-logged-in'],
  ['gemini-404', 1, 'unknown-model'],
  ['gemini-500', 244, 'overloaded'],
  ['gemini-mid-drop', 1, 'overloaded'],
  ['gemini-no-key', 41, 'not-logged-in'],
  ['gemini-no-login', 41, 'not-logged-in'],
  ['gemini-unknown-option', 1, 'settings'],
] as const)('%s, with exit code %i, is trouble of the kind %s', ([name, code, kind]) => {
  const trouble = troubleAtEnd(replay(reader(), name, code));
  expect(trouble).toMatchObject({ trouble: { kind, message: expect.stringMatching(/^gemini said: \w/) } });
});

test('what a person reads of a missing login is the sentence, without colours and stack traces', () => {
  const message = troubleAtEnd(replay(reader(), 'gemini-no-login', 41))?.trouble.message;
  expect(message).toMatch(/Manual authorization is required/);
  expect(message).not.toMatch(/exitCode|YOLO|\[31m/);
});

test('a rate limit ends the run at once, with the time that the provider asked for', () => {
  expect(troubleAtEnd(replay(reader(), 'gemini-429', 0))).toMatchObject({
    fatal: true,
    trouble: { kind: 'rate-limit', retryAfterMs: 8292 },
  });
});

test('overload that the CLI tried again for is told while it waits, and has passed with the next answer', () => {
  const output = replay(reader(), 'gemini-500-then-ok', 0);
  expect(output).toContainEqual(
    expect.objectContaining({
      kind: 'trouble',
      fatal: false,
      trouble: expect.objectContaining({ kind: 'overloaded' }),
    }),
  );
  expect(troubleAtEnd(output)).toBeUndefined();
  expect(eventsOf(output, 'result')).toHaveLength(1);
});

test('what was used before a failure is told too', () => {
  expect(eventsOf(replay(reader(), 'gemini-mid-drop', 1), 'usage')).toMatchObject([{ inputTokens: 1000 }]);
});

test('a session that is not there is lost; other bad input is not', () => {
  expect(replay(reader(), 'gemini-no-session', 42)).toEqual([{ kind: 'no-session' }]);
  expect(reader().ended?.({ code: 42, lastWords: 'No input provided via stdin.' })).toEqual([]);
});

test.for([44, 52, 53, 55])('its own exit code %i is about the settings', (code) => {
  expect(reader().ended?.({ code, lastWords: 'something' })).toMatchObject([
    { kind: 'trouble', trouble: { kind: 'settings' } },
  ]);
});

test('an answer that was cut off is no result, whatever it holds, and the agent is told why', () => {
  const one = reader();
  const output = [
    { type: 'message', role: 'assistant', content: '```json\n{"status":"done"}\n```', delta: true },
    { type: 'error', severity: 'error', message: 'The response exceeded the limit of tokens.' },
    { type: 'result', status: 'error', stats: {} },
  ].flatMap((event) => one.event(event));
  expect(output.at(-1)).toMatchObject({
    kind: 'unreadable',
    problems: expect.stringContaining('exceeded the limit of tokens'),
  });
});

test('an agent that was stopped for going round in circles is told so, and figures of no answer stay unknown', () => {
  const output = replay(reader(), 'gemini-loop', 0);
  expect(output.at(-1)).toMatchObject({
    kind: 'unreadable',
    problems: expect.stringContaining('Loop detected'),
    excerpt: expect.stringContaining('on and on'),
  });
  expect(eventsOf(output, 'usage')).toEqual([]);
});

test('no lines make it throw or say what the protocol does not allow', () => staysValid(reader, 'gemini'));
