import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { eventually, pidIn } from '../processes/helpers.ts';
import { acpRequest, done, heard, run } from './acp-helpers.ts';
import { recordingHost, requestFor } from './helpers.ts';

describe('a turn that comes to no result', () => {
  test.each([
    ['rate-limit', 429, 'Rate limit exceeded. Try again in 7s.', undefined, 7000],
    ['not-logged-in', -32_603, 'Internal error', { details: 'Incorrect API key provided.' }, undefined],
    ['overloaded', -32_603, 'Internal error', { statusCode: 503 }, undefined],
    ['unknown-model', 500, 'models/m-9 is not found for this version', undefined, undefined],
    ['unknown-model', -32_603, 'Internal error', 'model not found: m-9', undefined],
    ['overloaded', -32_603, 'Internal error', { service: 'session' }, undefined],
  ])('by an error is trouble, %s by %d "%s" %j', async (kind, code, message, data, retryAfterMs) => {
    const request = acpRequest({ stays: true, steps: [{ say: 'So.' }, { fail: { code, message, data } }] });
    expect(await run(request)).toMatchObject({
      kind: 'trouble',
      trouble: { kind, message: expect.stringContaining(message), ...(retryAfterMs && { retryAfterMs }) },
      sessionId: expect.any(String),
    });
  });

  test.each([
    ['max_tokens', 'limit of tokens'],
    ['max_turn_requests', 'limit of requests'],
    ['refusal', 'You refused'],
    ['cancelled', 'was broken off'],
  ])('since it stopped for "%s" is told so to the agent', async (stop, words) => {
    const outcome = await run(acpRequest({ steps: [done, { stop }] }));
    expect(outcome).toMatchObject({ kind: 'invalid', problems: expect.stringContaining(words) });
  });

  test('since its last message holds none is told so to the agent', async () => {
    expect(
      await run(
        acpRequest({ steps: [done, { update: { sessionUpdate: 'plan', entries: [] } }, { say: 'Bye.' }] }),
      ),
    ).toMatchObject({
      kind: 'invalid',
      problems: expect.stringContaining('holds no JSON object'),
      excerpt: 'Bye.',
    });
  });

  test('since the agent speaks another version is trouble', async () => {
    expect(await run(acpRequest({ protocol: 7, steps: [done] }))).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'settings', message: expect.stringContaining('Protocol is 7') },
    });
  });

  test.each([
    ['nothing', 'await answer(null);', 'is not told'],
    [
      'a session without a name',
      'await answer({ protocolVersion: 1 }); await answer({});',
      'opened no session',
    ],
  ])('since it answers with %s is trouble', async (_what, script, words) => {
    const answer = `const answer = async (result) =>
      console.log(JSON.stringify({ jsonrpc: '2.0', id: (await nextLine()).id, result }));`;
    const request = requestFor(`${answer}\n${script}\nforever();`);
    const role = { ...request.role, runner: 'acp' } as AgentConfig;
    expect(await run({ ...request, role })).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'settings', message: expect.stringContaining(words) },
    });
  });

  test('since its process ended tells its exit, and what it said of it', async () => {
    expect(await run(acpRequest({ steps: [{ say: 'Half a sen' }, { exit: 3 }] }))).toMatchObject({
      kind: 'crashed',
      exitCode: 3,
    });
    expect(await run(acpRequest({ steps: [{ exit: 0 }] }))).toMatchObject({ kind: 'no-result', exitCode: 0 });
    expect(await run(acpRequest({ steps: [{ complain: 'Not logged in\n' }, { exit: 1 }] }))).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'not-logged-in' },
    });
  });

  test('since it is silent is stalled, and one that is cancelled ends at once', async () => {
    const request = acpRequest({ stays: true, steps: [{ leave: true }, { hang: true }] });
    expect(await run({ ...request, stallMs: 1500 })).toMatchObject({ kind: 'stalled' });
    expect(await startTimeOf(await pidIn(join(request.cwd, 'leaves.pid')))).toBeUndefined();
    const cancel = new AbortController();
    const other = acpRequest({ steps: [{ say: 'So.' }, { hang: true }] }, { signal: cancel.signal });
    const running = run(other);
    await eventually(
      () => (existsSync(join(other.home, 'acp-agent.jsonl')) && heard(other).length > 2) || undefined,
    );
    cancel.abort();
    expect(await running).toMatchObject({ kind: 'cancelled' });
  });

  test('since it tries in vain, as its standard error tells, is trouble; what has passed is none', async () => {
    const complain = 'Attempt 1 failed with status 429. Retrying after 5 s.\n    at retry (file.js:500:1)\n';
    const vain = acpRequest({ steps: [{ complain }, { hang: true }] }, { stallMs: 1500 });
    expect(await run(vain)).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'rate-limit', retryAfterMs: 5000 },
    });
    const over = acpRequest({ steps: [{ complain }, { shell: 'sleep 0.3' }, { say: 'On.' }, { exit: 3 }] });
    expect(await run(over)).toMatchObject({ kind: 'crashed', exitCode: 3 });
  });

  test('since it cost too much is over its budget', async () => {
    const cost = { amount: 2.5, currency: 'USD' };
    const request = acpRequest(
      { steps: [{ update: { sessionUpdate: 'usage_update', used: 1, size: 2, cost } }, { hang: true }] },
      { role: { budget: { usd: 2 } }, spent: { costUsd: 0.4 } },
    );
    expect(await run(request)).toMatchObject({ kind: 'over-budget', usage: { costUsd: 2.5 } });
  });

  test('since there is no such program says what to do', async () => {
    const request = acpRequest({ steps: [] });
    const role = { ...request.role, command: ['no-such-agent', '--acp'] } as AgentConfig;
    expect(await run({ ...request, role })).toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('correct crew.implement.command in baton.yaml'),
    });
  });

  test('since the host failed throws what the host threw, and leaves nothing running', async () => {
    const request = acpRequest({ stays: true, steps: [done] });
    let pid = 0;
    const { host } = recordingHost({
      started: (process) => {
        pid = process.pid;
      },
      session: () => Promise.reject(new Error('the note could not be written')),
    });
    await expect(run(request, host)).rejects.toThrow('the note could not be written');
    expect(await startTimeOf(pid)).toBeUndefined();
  });
});
