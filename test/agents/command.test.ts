import { describe, expect, test, vi } from 'vitest';
import { createCommandRunner } from '../../src/agents/command.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { eventually } from '../processes/helpers.ts';
import { event } from '../support/event.ts';
import { answer, doneResult, executable, recordingHost, requestFor, transcriptOf } from './helpers.ts';

const commandRunner = createCommandRunner({ resultGraceMs: 500, endGraceMs: 500 });

describe('an agent on the command runner', () => {
  test('gets its task, is answered at its checkpoint and delivers a result', async () => {
    const request = requestFor(`
      const task = await nextLine();
      say({ type: 'session', id: 's-1' });
      say({ type: 'progress', percent: 10, note: 'read ' + task.feature.id });
      console.log('just a log line');
      console.error('and one of standard error');
      say({ type: 'checkpoint', message: 'RED', run: ['test'] });
      const answered = await nextLine();
      say({ type: 'usage', inputTokens: 10, costUsd: 0.5 });
      say({ type: 'usage', outputTokens: 4, inputTokens: 12 });
      result({ status: 'done', summary: answered.commit + ' ' + process.env.BATON_FEATURE });
    `);
    const { host, calls } = recordingHost();
    const outcome = await commandRunner.run(request, host);
    expect(outcome).toMatchObject({
      kind: 'result',
      result: { status: 'done', summary: 'c0ffee prefs', decisions: [] },
      sessionId: 's-1',
      usage: { inputTokens: 12, outputTokens: 4, costUsd: 0.5 },
      lines: 7,
    });
    expect(outcome.tail).toContain('just a log line');
    expect(outcome.tail).toContain('and one of standard error');
    expect(calls).toEqual([
      'started true',
      'session s-1',
      'event session',
      'event progress',
      'event checkpoint',
      'checkpoint RED [test]',
      'event usage',
      'event usage',
      'event result',
    ]);
    const transcript = await transcriptOf(request);
    expect(transcript[0]).toMatchObject({ kind: 'task', task: { protocol: 1, role: 'tdd-typescript' } });
    expect(transcript).toContainEqual({ at: expect.any(String), kind: 'answer', answer });
    expect(transcript.map(({ kind }) => kind)).toContain('stderr');
  });

  test('is told when its session is noted, if it wants to wait for that', async () => {
    const request = requestFor(`
      await nextLine();
      say({ type: 'session', id: 's-1', confirm: true });
      const answered = await nextLine();
      result({ status: 'done', summary: answered.type + ' ' + answered.id });
    `);
    const noted = event();
    const { host } = recordingHost({ session: () => noted.happened, result: vi.fn() });
    const running = commandRunner.run(request, host);
    const said = ({ kind }: { readonly kind: string }) => kind === 'event';
    await eventually(async () => (await transcriptOf(request).catch(() => [])).find(said));
    expect(host.result).not.toHaveBeenCalled();
    noted.happen();
    expect(await running).toMatchObject({ kind: 'result', result: { summary: 'session s-1' } });
  });

  test('leaves its usage unknown where it tells none', async () => {
    const outcome = await commandRunner.run(requestFor('await nextLine(); result();'), recordingHost().host);
    expect(outcome.kind).toBe('result');
    expect(outcome).not.toHaveProperty('usage');
    expect(outcome).not.toHaveProperty('sessionId');
  });

  test('may be a shell script in the worktree, with its values in the environment', async () => {
    const request = requestFor('', { command: ['./agent.sh', 'x y'] });
    executable(
      request.cwd,
      'agent.sh',
      `#!/bin/sh
read -r task
printf '{"type":"result","result":{"status":"done","summary":"%s %s %s"}}\\n' "$1" "$BATON_MODEL" "$HOME"
`,
    );
    const withModel = { ...request, role: { ...request.role, model: 'm-1' } };
    expect(await commandRunner.run(withModel, recordingHost().host)).toMatchObject({
      kind: 'result',
      result: { summary: `x y m-1 ${request.home}` },
    });
  });

  test('does not get its task before its process is recorded', async () => {
    const order: string[] = [];
    const { host } = recordingHost({
      started: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        order.push('recorded');
      },
      event: (event) => void order.push(event.type),
    });
    await commandRunner.run(
      requestFor(`say({ type: 'progress', note: 'up' }); await nextLine(); result();`),
      host,
    );
    expect(order).toEqual(['recorded', 'progress', 'result']);
  });

  test('goes on when an event of a known type is not valid, and the transcript says why', async () => {
    const request = requestFor(`say({ type: 'progress', percent: 200, note: 'x' }); result();`);
    const { host, events } = recordingHost();
    expect((await commandRunner.run(request, host)).kind).toBe('result');
    expect(events.map(({ type }) => type)).toEqual(['result']);
    const texts = (await transcriptOf(request)).map(({ text }) => text ?? '');
    expect(texts.join('\n')).toMatch(/not valid and was ignored[\s\S]*percent/);
  });

  test.each([
    ['a wrong field', `result({ status: 'done', summary: 7 })`, /summary/],
    ['no value', `say({ type: 'result' })`, /status|Invalid/],
  ])('is told what its schema refuses: %s', async (_, script, problems) => {
    const outcome = await commandRunner.run(requestFor(script), recordingHost().host);
    expect(outcome).toMatchObject({ kind: 'invalid', problems: expect.stringMatching(problems) });
  });

  test('has no result when it ends without one', async () => {
    const outcome = await commandRunner.run(
      requestFor(`console.log('bye'); process.stdin.destroy();`),
      recordingHost().host,
    );
    expect(outcome).toMatchObject({ kind: 'no-result', exitCode: 0, signal: null, tail: 'bye' });
  });

  test('has no result when a signal of others ends it', async () => {
    const outcome = await commandRunner.run(
      requestFor(`process.kill(process.pid, 'SIGKILL')`),
      recordingHost().host,
    );
    expect(outcome).toMatchObject({ kind: 'no-result', exitCode: null, signal: 'SIGKILL' });
  });

  test('has crashed when it exits with another code than 0 and had no result', async () => {
    const outcome = await commandRunner.run(
      requestFor(`console.error('boom'); process.exitCode = 3; process.stdin.destroy();`),
      recordingHost().host,
    );
    expect(outcome).toMatchObject({ kind: 'crashed', exitCode: 3, tail: 'boom' });
  });

  test.each([
    ['another exit code than 0', `process.exitCode = 3; process.stdin.destroy();`, 'exit code 3'],
    [
      'a signal of others',
      `process.stdout.write('', () => process.kill(process.pid, 'SIGKILL'));`,
      'SIGKILL',
    ],
  ])(
    'keeps its result when it ends with %s afterwards, and its log tells of that',
    async (_, ending, exit) => {
      const request = requestFor(`result(); ${ending}`);
      const outcome = await commandRunner.run(request, recordingHost().host);
      expect(outcome).toMatchObject({
        kind: 'result',
        result: { summary: 'all done' },
        exit: expect.stringContaining(exit),
      });
      const texts = (await transcriptOf(request)).map(({ text }) => text ?? '');
      expect(texts.at(-1)).toContain(exit);
    },
  );

  test('hears what its schema refuses even if it exits with another code than 0', async () => {
    const script = `result({ status: 'done' }); process.exitCode = 1; process.stdin.destroy();`;
    expect(await commandRunner.run(requestFor(script), recordingHost().host)).toMatchObject({
      kind: 'invalid',
      problems: expect.stringContaining('summary'),
    });
  });

  test('is heard though it was gone before anybody listened', async () => {
    const { host } = recordingHost({
      // Until its process has ended: what it said is in the pipes only.
      started: async ({ pid }) => {
        await eventually(async () => ((await startTimeOf(pid)) === undefined ? true : undefined));
      },
    });
    const outcome = await commandRunner.run(
      requestFor("console.error('usage: agent');process.exit(2)"),
      host,
    );
    expect(outcome).toMatchObject({ kind: 'crashed', exitCode: 2, tail: 'usage: agent' });
  });

  test('is ended a little after its result if it stays, and the result counts', async () => {
    const request = requestFor('result(); forever();');
    const outcome = await commandRunner.run(request, recordingHost().host);
    expect(outcome).toMatchObject({ kind: 'result', result: { summary: doneResult.summary } });
    expect(outcome).not.toHaveProperty('exit');
    const texts = (await transcriptOf(request)).map(({ text }) => text ?? '');
    expect(texts.join('\n')).toMatch(/stayed.*after its result.*ended/);
  });

  test('counts a checkpoint and a result that it sent just before it exited', async () => {
    const { host, calls } = recordingHost();
    const script = `say({ type: 'checkpoint', message: 'GREEN' }); result(); process.stdin.destroy();`;
    expect((await commandRunner.run(requestFor(script), host)).kind).toBe('result');
    expect(calls).toContain('checkpoint GREEN []');
  });

  test('is missing when its program is not there, and the message says what to do', async () => {
    const outcome = await commandRunner.run(
      requestFor('', { command: ['no-such-agent-cli'] }),
      recordingHost().host,
    );
    expect(outcome).toMatchObject({
      kind: 'missing',
      message: expect.stringMatching(/no-such-agent-cli.*no such program.*crew\.implement\.command/),
    });
  });

  test('is missing when its file is not executable', async () => {
    const outcome = await commandRunner.run(
      requestFor('', { command: ['./agent.mjs'] }),
      recordingHost().host,
    );
    expect(outcome).toMatchObject({ kind: 'missing', message: expect.stringContaining('not executable') });
  });

  test('is an error of the caller when its worktree is not there', async () => {
    const request = { ...requestFor(''), cwd: '/no/such/worktree' };
    await expect(commandRunner.run(request, recordingHost().host)).rejects.toThrow(/\/no\/such\/worktree/);
  });

  test.each(['started', 'session', 'event', 'checkpoint'] as const)(
    'is ended when the host fails at %s, and the error comes through',
    async (callback) => {
      const fails = () => {
        throw new Error('disk full');
      };
      const { host } = recordingHost({ [callback]: fails });
      const script = `say({ type: 'session', id: 's' }); say({ type: 'checkpoint', message: 'm' }); forever();`;
      await expect(commandRunner.run(requestFor(script), host)).rejects.toThrow('disk full');
    },
  );

  test('leaves no secret in transcript, events, result or tail', async () => {
    const secret = 'sk-"very"-secret-4711';
    const request = requestFor(
      `console.log('key ' + process.env.MODEL_KEY); console.error(process.env.MODEL_KEY);
       say({ type: 'progress', note: 'with ' + process.env.MODEL_KEY });
       result({ status: 'done', summary: 'used ' + process.env.MODEL_KEY });`,
      { secretNames: ['MODEL_KEY'] },
    );
    const { host, events } = recordingHost();
    const outcome = await commandRunner.run({ ...request, env: { ...request.env, MODEL_KEY: secret } }, host);
    expect(outcome).toMatchObject({ kind: 'result', result: { summary: 'used [MODEL_KEY]' } });
    const everything = JSON.stringify([outcome, events, await transcriptOf(request)]);
    expect(everything).not.toContain('very');
    expect(everything).toContain('key [MODEL_KEY]');
  });

  test('keeps the transcripts of attempts on one file one after the other', async () => {
    const request = requestFor('result()');
    await commandRunner.run(request, recordingHost().host);
    await commandRunner.run(request, recordingHost().host);
    expect((await transcriptOf(request)).filter(({ kind }) => kind === 'task')).toHaveLength(2);
  });
});
