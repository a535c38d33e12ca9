import { expect, test } from 'vitest';
import { claudeRunner } from '../../src/agents/claude.ts';
import type { AgentRunRequest } from '../../src/agents/runner.ts';
import { executable, recordingHost, requestFor, transcriptOf } from './helpers.ts';

const SECRET = 'sk-of-forty-characters-0123456789-abcdef';

/** A program in Claude Code's place that prints these lines and exits with this code. */
function claudeSaying(lines: readonly unknown[], exitCode: number): AgentRunRequest {
  const request = requestFor('');
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const script = `#!/bin/sh\ncat > /dev/null\ncat <<'END'\n${text}\nEND\nexit ${exitCode}\n`;
  const program = executable(request.cwd, 'claude', script);
  return {
    ...request,
    env: { ...request.env, ANTHROPIC_API_KEY: SECRET },
    role: { runner: 'claude', command: [program], args: [], stall: 60_000, timeout: 60_000, env: [] },
  };
}
const init = { type: 'system', subtype: 'init', session_id: 'of-this-test' };

test('an end at its own budget is no crash, whenever its exit code is seen', async () => {
  const spent = { type: 'result', subtype: 'error_max_budget_usd', is_error: true, errors: ['budget'] };
  const { host } = recordingHost();
  for (let again = 0; again < 5; again++)
    expect(await claudeRunner.run(claudeSaying([init, spent], 1), host)).toMatchObject({
      kind: 'over-budget',
    });
});

test('no half of a key stays where words are cut', async () => {
  const said = (text: string) => ({ type: 'assistant', message: { content: [{ type: 'text', text }] } });
  const request = claudeSaying([init, said(`${'x'.repeat(480)}${SECRET}`)], 0);
  const { host, events } = recordingHost();
  await claudeRunner.run(request, host);
  expect(events).toContainEqual(expect.objectContaining({ type: 'progress' }));
  expect(JSON.stringify(events)).not.toContain('sk-of');
  expect(JSON.stringify(await transcriptOf(request))).not.toContain('sk-of');
});

test('the transcript says whether its sandbox was on', async () => {
  const request = claudeSaying([init], 0);
  const wrapped = { ...request, role: { ...request.role, wrapper: ['env'] } };
  await claudeRunner.run(wrapped, recordingHost().host);
  expect(JSON.stringify(await transcriptOf(request))).toContain(
    "claude's own sandbox is off: the wrapper is env",
  );
});
