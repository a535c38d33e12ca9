import { expect, test } from 'vitest';
import { createCommandRunner } from '../../src/agents/command.ts';
import { endOf } from '../../src/work/agent-run-parts.ts';
import { recordingHost, requestFor, transcriptOf } from './helpers.ts';

const runner = createCommandRunner({ resultGraceMs: 500, endGraceMs: 500 });
const print = (text: string) => `process.stdout.write(${JSON.stringify(text)});`;

test('an agent is understood whatever its printing does to its lines, and its log says what', async () => {
  const request = requestFor(`
    ${print('\ufeff{"type":"session","id":"s-1"}\r\n')}
    ${print('\u001b[32m{"type":"progress","note":"green"}\u001b[0m\n50%\r{"type":"progress","note":"half"}\n')}
    ${print('{"type":"usage","inputTokens":1}{"type":"progress","note":"two"}\n')}
    process.stdout.write(JSON.stringify({ type: 'checkpoint', message: 'RED' }, null, 2) + '\\n');
    await nextLine();
    process.stdout.write(JSON.stringify({ type: 'checkpoint', message: 'GREEN' }, null, 2) + '\\n');
    await nextLine();
    process.stdout.write(JSON.stringify({ type: 'result', result: { status: 'done', summary: 'all' } }, null, 2));
    process.stdin.destroy();`);
  const { host, calls } = recordingHost();
  const outcome = await runner.run(request, host);
  expect(outcome).toMatchObject({ kind: 'result', sessionId: 's-1', usage: { inputTokens: 1 } });
  expect(outcome).not.toHaveProperty('misread');
  expect(calls.filter((call) => call.startsWith('checkpoint'))).toEqual([
    'checkpoint RED []',
    'checkpoint GREEN []',
  ]);
  const texts = (await transcriptOf(request)).flatMap(({ kind, text }) =>
    kind === 'baton' && text ? [text] : [],
  );
  const remarks = texts.filter((text) => text.startsWith('Line '));
  expect(remarks).toEqual([
    'Line 1: an event was read in spite of a byte order mark before it',
    'Line 2: an event was read in spite of colours or control characters around it',
    'Line 4: an event was read in spite of others on its line',
    'Line 5: an event was read in spite of being printed over several lines',
  ]);
});

test('a run without a result says which lines looked like events, and why they were none', async () => {
  const request = requestFor(`
    ${print('{"type":"hello"}\n{"type":"progress","percent":500,"note":"x"}\nhello\n')}
    ${print("{'type': 'result', 'result': {'status': 'done'}}\n")}
    ${print('I say {"type":"result","result":{"status":"done","summary":"x"}}\n')}
    console.error('{"type":"result","result":{}}');
    process.stdin.destroy();`);
  const outcome = await runner.run(request, recordingHost().host);
  expect(outcome.kind).toBe('no-result');
  const { reason } = endOf(outcome) as { readonly reason: string };
  for (const words of [
    'Line 2 looks like an event, but it is not valid and was ignored: `percent` must be at most 100',
    'Line 4 looks like an event, but a single quote stands at column 2',
    'Line 5 looks like an event, but words stand before it',
    'Line 1 of standard error looks like an event, but it stands on standard error',
    'Objects of types that no event has: `hello`.',
  ])
    expect(reason).toContain(words);
  const texts = (await transcriptOf(request)).map(({ text }) => text ?? '').join('\n');
  expect(texts).toContain('Line 4 looks like an event, but a single quote');
});

test('a result without its status is refused with the line, for the author and the agent', async () => {
  const request = requestFor(
    `console.log('hello'); say({ type: 'result', result: { summary: 'x' } }); process.stdin.destroy();`,
  );
  const outcome = await runner.run(request, recordingHost().host);
  expect(outcome).toMatchObject({
    kind: 'invalid',
    problems: expect.stringContaining('`status` is missing; there are `done`, `blocked`, `failed`'),
  });
  const texts = (await transcriptOf(request)).map(({ text }) => text ?? '').join('\n');
  expect(texts).toContain('Line 2 looks like an event, but the result is refused: `result` has no `status`');
});

test('what is said of a line holds no secret, and one mistake in many lines is said once', async () => {
  const request = requestFor(
    `for (let n = 0; n < 1000; n++) console.log("{'type': 'result', 'key': '" + process.env.MODEL_KEY + "'}");
     say({ type: process.env.MODEL_KEY }); process.stdin.destroy();`,
    { secretNames: ['MODEL_KEY'] },
  );
  const env = { ...request.env, MODEL_KEY: 'sk-very-secret-4711' };
  const outcome = await runner.run({ ...request, env }, recordingHost().host);
  expect(outcome.remarks).toHaveLength(1);
  expect(JSON.stringify([outcome, await transcriptOf(request)])).not.toContain('very-secret');
});
