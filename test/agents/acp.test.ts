import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { pidIn, temporaryFolder } from '../processes/helpers.ts';
import { AGENT, acpRequest, done, heard, resumed, run } from './acp-helpers.ts';
import { recordingHost, transcriptOf } from './helpers.ts';

describe('an agent of the Agent Client Protocol', () => {
  test('gets its prompt in a session of its own, and tells what it does and what came of it', async () => {
    const request = acpRequest({
      steps: [
        { think: 'Hm, preferences.' },
        { say: 'I will write the test first.', pieces: 5 },
        { update: { sessionUpdate: 'tool_call', toolCallId: 't', title: 'edit', status: 'pending' } },
        {
          update: {
            sessionUpdate: 'tool_call_update',
            toolCallId: 't',
            status: 'in_progress',
            locations: [{ path: 'src/a.ts' }],
          },
        },
        { update: { sessionUpdate: 'tool_call_update', toolCallId: 't', status: 'completed' } },
        {
          update: {
            sessionUpdate: 'plan',
            entries: [
              { content: 'the test', priority: 'high', status: 'completed' },
              { content: 'the code', priority: 'high', status: 'in_progress' },
            ],
          },
        },
        {
          update: {
            sessionUpdate: 'usage_update',
            used: 900,
            size: 1000,
            cost: { amount: 0.25, currency: 'USD' },
          },
        },
        { update: { sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount: 0, currency: 'USD' } } },
        { update: { sessionUpdate: 'from_a_later_version', what: 'ever' } },
        { file: { path: 'a.txt', content: 'by itself\n' } },
        { shell: 'echo "$BATON_FEATURE" > b.txt' },
        done,
      ],
    });
    const { host, calls, events } = recordingHost();
    const outcome = await run(request, host);
    expect(outcome).toMatchObject({
      kind: 'result',
      result: { status: 'done', summary: 'all done' },
      usage: { costUsd: 0.25 },
    });
    // What it doesn't know stays unknown.
    expect(Object.keys(outcome.usage ?? {})).toEqual(['costUsd']);
    expect(calls.slice(0, 3)).toEqual(['started true', `session ${outcome.sessionId}`, 'event session']);
    expect(events.flatMap((event) => (event.type === 'progress' ? [event.note] : []))).toEqual([
      'I will write the test first.',
      'edit',
      'edit: src/a.ts',
      'plan, 1 of 2 done: the code',
      expect.stringContaining('Here it is.'),
    ]);
    const [initialize, opened, prompt] = heard(request);
    expect(initialize).toMatchObject({
      initialize: {
        protocolVersion: 1,
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: true }, terminal: false },
        clientInfo: { name: 'baton' },
      },
    });
    expect(opened).toEqual({ opened: { cwd: request.cwd, mcpServers: [] } });
    expect(prompt?.prompt).toContain('Users can save preferences');
    expect(prompt?.prompt).toContain('one JSON object in a ```json block');
    expect(readFileSync(join(request.cwd, 'b.txt'), 'utf8')).toBe('prefs\n');
  });

  test('keeps what went over the wire, long texts cut and the pieces of a message joined', async () => {
    const secret = 'sk-0123456789-abcdef';
    const request = acpRequest(
      { steps: [{ say: `The key is ${secret}, I think.`, pieces: 9 }, done] },
      { role: { env: ['MY_KEY'] } },
    );
    await run({ ...request, env: { ...request.env, MY_KEY: secret } });
    const transcript = await transcriptOf(request);
    const lines = transcript.flatMap(({ kind, text }) => (kind === 'stdout' ? [text ?? ''] : []));
    expect(lines.find((line) => line.includes('session/new'))).toContain('"sent":{');
    expect(lines.find((line) => line.includes('agentCapabilities'))).toContain('"id":0');
    expect(lines.find((line) => line.includes('agent_message_chunk'))).toContain(
      'The key is [MY_KEY], I think.',
    );
    expect(transcript.find(({ kind }) => kind === 'prompt')?.text).toBe(heard(request).at(-1)?.prompt);
    expect(JSON.stringify(transcript)).not.toContain('0123456789');
  });

  test('may tell of what its helpers do in sessions of their own', async () => {
    const content = { type: 'text', text: 'A helper is done.' };
    const update = { sessionUpdate: 'agent_message_chunk', content };
    const request = acpRequest({ steps: [done, { update, of: 'another-session' }] });
    const { host, events } = recordingHost();
    expect(await run(request, host)).toMatchObject({ kind: 'result' });
    expect(JSON.stringify(events)).not.toContain('A helper');
  });

  test('may print on its standard output what is no message', async () => {
    const request = acpRequest({
      steps: [
        { print: 'Update available: 9.9.9\n' },
        { print: '{"level":"info","msg":"a log of its own"}\n[1,2]\n\nnull\n' },
        { print: '{"jsonrpc":"2.0","method":"_vendor/thing"}\n' },
        { print: 'xxxxxxxx', times: 17 * 128 * 1024 },
        { print: '\n' },
        done,
      ],
    });
    const outcome = await run(request);
    expect(outcome).toMatchObject({ kind: 'result' });
    expect(outcome.tail).toContain('Update available: 9.9.9');
    expect(outcome.tail).toContain('a log of its own');
  });

  test('is ended with everything that it left running', async () => {
    const request = acpRequest({ stays: true, steps: [{ leave: true }, done] });
    const outcome = await run(request);
    expect(outcome.kind).toBe('result');
    const pid = await pidIn(join(request.cwd, 'leaves.pid'));
    expect(await startTimeOf(pid)).toBeUndefined();
  });
});

describe('what an agent may do by way of Baton', () => {
  test('is to write files in the worktree, by their real places', async () => {
    const outside = temporaryFolder();
    const request = acpRequest({
      steps: [
        { write: { path: 'new/folder/a.txt', content: 'relative\n' } },
        { write: { path: join(outside, 'b.txt'), content: 'no' } },
        { write: { path: '../b.txt', content: 'no' } },
        { write: { path: 'link/b.txt', content: 'no' } },
        { write: { path: 'dangling', content: 'no' } },
        { write: { path: '.git/hooks/post-checkout', content: 'no' } },
        done,
      ],
    });
    symlinkSync(outside, join(request.cwd, 'link'));
    symlinkSync(join(outside, 'b.txt'), join(request.cwd, 'dangling'));
    mkdirSync(join(request.cwd, '.git/hooks'), { recursive: true });
    await run(request);
    expect(readFileSync(join(request.cwd, 'new/folder/a.txt'), 'utf8')).toBe('relative\n');
    expect(existsSync(join(outside, 'b.txt'))).toBe(false);
    expect(existsSync(join(request.cwd, '../b.txt'))).toBe(false);
    expect(existsSync(join(request.cwd, '.git/hooks/post-checkout'))).toBe(false);
    const answers = heard(request).filter((entry) => 'wrote' in entry || 'refused' in entry);
    expect(answers.map(({ wrote }) => wrote)).toEqual(['new/folder/a.txt', ...Array(5).fill(undefined)]);
    expect(answers[1]?.message).toContain(`it is outside of the worktree, which is ${request.cwd}`);
  });

  test('is what it asks for and stays in the worktree: once, since nobody would be asked again', async () => {
    const request = acpRequest({ steps: [] });
    const { cwd } = request;
    const asks: [Record<string, unknown>, string[]?][] = [
      [{ title: 'edit', kind: 'edit', locations: [{ path: join(cwd, 'a.ts') }] }],
      [{ title: 'run', kind: 'execute', rawInput: { command: 'npm test', cwd } }],
      [{ title: 'only always', kind: 'edit' }, ['reject_once', 'allow_always']],
      [{ title: 'far', kind: 'edit', locations: [{ path: join(cwd, 'a.ts') }, { path: '/etc/hosts' }] }],
      [{ title: 'by diff', kind: 'edit', content: [{ type: 'diff', path: '../x', newText: '' }] }],
      [{ title: 'by input', kind: 'read', rawInput: { file_path: '/etc/passwd' } }],
      [{ title: 'by link', kind: 'edit', locations: [{ path: 'link/x' }] }],
      [{ title: 'no way to refuse', locations: [{ path: '/etc' }] }, ['allow_once']],
    ];
    symlinkSync(temporaryFolder(), join(cwd, 'link'));
    const steps = [...asks.map(([ask, options]) => ({ ask, ...(options && { options }) })), done];
    const command = [process.execPath, AGENT, JSON.stringify({ steps })];
    const outcome = await run({ ...request, role: { ...request.role, command } as AgentConfig });
    expect(outcome.kind).toBe('result');
    const selected = (optionId: string) => ({ outcome: 'selected', optionId });
    expect(heard(request).flatMap(({ asked, outcome: given }) => (asked ? [[asked, given]] : []))).toEqual([
      ['edit', selected('allow_once')],
      ['run', selected('allow_once')],
      ['only always', selected('allow_always')],
      ['far', selected('reject_once')],
      ['by diff', selected('reject_once')],
      ['by input', selected('reject_once')],
      ['by link', selected('reject_once')],
      ['no way to refuse', { outcome: 'cancelled' }],
    ]);
  });

  test('and what was refused is told to an agent that stopped there', async () => {
    const ask = { title: 'write', locations: [{ path: '/etc/hosts' }] };
    expect(await run(acpRequest({ steps: [{ ask }] }))).toMatchObject({
      kind: 'invalid',
      problems: expect.stringContaining('- write: it names /etc/hosts, which is outside of the worktree'),
    });
  });
});

describe('a session that goes on', () => {
  const question = { result: { status: 'blocked', question: { text: 'Which colour?' } } };

  test.each(['resume', 'load', 'late-load'])(
    'by "%s" is told what is new, and its history is no news',
    async (goesOn) => {
      const first = [{ say: 'I look around.' }, { think: 'so' }, question];
      const { sessionId, request } = await resumed(
        { goesOn, steps: first },
        { goesOn, steps: [{ say: 'Blue it is.' }, done] },
      );
      const { host, events } = recordingHost();
      const outcome = await run(request, host);
      expect(outcome).toMatchObject({ kind: 'result', sessionId, result: { status: 'done' } });
      expect(events.flatMap((event) => (event.type === 'progress' ? [event.note] : []))[0]).toContain(
        'Blue it is.',
      );
      const prompts = heard(request).flatMap(({ prompt }) => (prompt === undefined ? [] : [String(prompt)]));
      expect(prompts).toHaveLength(2);
      expect(prompts[1]).toMatch(
        /## The answer to your question\n\n.*\n\nQuotation from .*:\n\n````text\nBlue\.\n````\n/,
      );
      expect(prompts[1]).not.toContain('Users can save preferences');
    },
  );

  test.each(['load', 'late-load'])('by "%s" gives no result of its history', async (goesOn) => {
    const { request } = await resumed({ goesOn, steps: [question] }, { goesOn, steps: [] });
    expect(await run(request)).toMatchObject({
      kind: 'invalid',
      problems: expect.stringContaining('was empty'),
    });
  });

  test('is lost where the agent can go on with none, also where it waits for more', async () => {
    const { request } = await resumed({ steps: [question] }, { stays: true, steps: [done] });
    expect(await run(request)).toMatchObject({ kind: 'no-session' });
    expect(heard(request).filter(({ prompt }) => prompt !== undefined)).toHaveLength(1);
  });

  test('is lost where the agent knows it no more', async () => {
    const { request } = await resumed({ steps: [question] }, { goesOn: 'resume', steps: [done] });
    const resume = { sessionId: 'another', answer: null };
    expect(await run({ ...request, task: { ...request.task, resume } })).toMatchObject({
      kind: 'no-session',
    });
  });
});

describe('the model', () => {
  test.each(['option', 'method'])('is chosen by the %s that the agent has for it', async (models) => {
    const request = acpRequest({ models, steps: [done] }, { role: { model: 'large' } });
    expect(await run(request)).toMatchObject({ kind: 'result' });
    expect(heard(request)).toContainEqual({ model: 'large' });
  });

  test('that the agent has not is trouble', async () => {
    const request = acpRequest({ models: 'option', steps: [done] }, { role: { model: 'huge' } });
    expect(await run(request)).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'unknown-model', message: expect.stringContaining('there is no model huge') },
    });
  });

  test('is left to an agent that lets nobody choose', async () => {
    const request = acpRequest({ steps: [done] }, { role: { model: 'large' } });
    expect(await run(request)).toMatchObject({ kind: 'result' });
    expect(JSON.stringify(await transcriptOf(request))).toContain('lets nobody choose a model');
  });
});

describe('a login', () => {
  const browser = { id: 'oauth', name: 'Log in with a browser' };
  const keyOf = (id: string) => ({ id, name: 'A key' });

  test('by a key of the environment is made where the agent wants one', async () => {
    const authMethods = [browser, keyOf('bad-api-key'), keyOf('good-api-key')];
    const request = acpRequest({ authMethods, steps: [done] });
    expect(await run(request)).toMatchObject({ kind: 'result' });
    expect(heard(request).flatMap(({ login }) => login ?? [])).toEqual(['bad-api-key', 'good-api-key']);
  });

  test('that needs a person is trouble', async () => {
    expect(await run(acpRequest({ authMethods: [browser], steps: [done] }))).toMatchObject({
      kind: 'trouble',
      trouble: {
        kind: 'not-logged-in',
        message: expect.stringMatching(/^scripted said: .*no key was found Log in with/),
      },
    });
  });
});
