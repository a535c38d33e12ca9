import { expect, test } from 'vitest';
import type { AgentOutput } from '../../src/agents/agent-output.ts';
import { claudeReader } from '../../src/agents/claude.ts';

const reader = () => claudeReader({ spent: {} });
const kinds = (words: readonly AgentOutput[]) =>
  words.map((word) => (word.kind === 'event' ? word.event.type : word.kind));
const retry = (status: number, delayMs?: number) => ({
  type: 'system',
  subtype: 'api_retry',
  attempt: 1,
  error_status: status,
  error: 'rate_limit',
  ...(delayMs !== undefined && { retry_delay_ms: delayMs }),
});

test('a session is lost where an error says so, whatever the words of a result are', () => {
  const lost = {
    type: 'result',
    subtype: 'error_during_execution',
    is_error: true,
    errors: ['No conversation found with session ID: 5f0c'],
  };
  expect(reader().event(lost)).toEqual([{ kind: 'no-session' }]);
  const result = { status: 'done', summary: "the page says 'No conversation found' now" };
  const done = {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: JSON.stringify({ result }),
    structured_output: { result },
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  expect(kinds(reader().event(done))).toEqual(['result', 'usage']);
});

test("a rate limit lasts as long as the provider says; the CLI's own first pause is no such wish", () => {
  expect(reader().event(retry(429, 7000))).toMatchObject([{ trouble: { retryAfterMs: 7000 }, fatal: true }]);
  for (const none of [retry(429, 538), retry(429)]) {
    const [output] = reader().event(none);
    expect(output).toMatchObject({ kind: 'trouble', trouble: { kind: 'rate-limit' }, fatal: true });
    expect(output).not.toHaveProperty('trouble.retryAfterMs');
  }
});
