import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNNERS } from '../../src/agents/runners.ts';
import type { ModelTurn, Script } from '../support/scripted-model/model-turn.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import { until } from '../support/until.ts';
import { Bench, doneResult, KEY, leftOf, UNDER_TEST } from './under-test.ts';

const blocked = { status: 'blocked', question: { text: 'Which greeting?', options: ['Hello', 'Hi'] } };
/** In the form that every runner's schema has at the root. */
const gives = (result: unknown) => ({ structured: { result } });
const saidSoFar = ({ messages }: ModelTurn) => messages.map(({ text }) => text ?? '').join('\n');

describe.for(UNDER_TEST)('the runner $name', { timeout: 300_000, concurrent: true }, (under) => {
  const withModel = async (script: Script, test: (bench: Bench, model: ScriptedModel) => Promise<void>) => {
    const model = await ScriptedModel.start(script);
    try {
      await test(await Bench.create(under, model.url), model);
      expect(model.requests.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    } finally {
      await model.close();
    }
  };

  it('edits a real file, tells what it does, and gives its result', () =>
    withModel(
      ({ number }) =>
        number === 1 ? { write: { path: 'hello.txt', content: 'hello\n' } } : gives(doneResult),
      async (bench, model) => {
        const runId = randomUUID();
        const outcome = await bench.run({}, { runId });
        expect(outcome).toMatchObject({ kind: 'result', result: doneResult });
        expect(await bench.written('hello.txt')).toBe('hello\n');
        expect(bench.started).toHaveLength(1);
        expect(bench.sessions).toEqual([outcome.sessionId]);
        expect(bench.events.some(({ type }) => type === 'progress')).toBe(true);
        expect(model.turns.every(({ apiKey }) => apiKey === KEY)).toBe(true);
        const transcript = await readFile(bench.transcript, 'utf8');
        expect(transcript).toContain('"kind":"prompt"');
        expect(transcript).toContain('Work test-first.');
        expect(transcript).not.toContain(KEY);
        expect(await leftOf(runId)).toEqual([]);
      },
    ));

  it('tells tokens as totals of the session, and keeps unknown ones unknown', () =>
    withModel(
      () => ({ ...gives(doneResult), usage: { inputTokens: 1000, outputTokens: 50 } }),
      async (bench) => {
        const first = await bench.run();
        if (first.usage === undefined) return expect(under.name).toBe('acp');
        expect(first.usage).toMatchObject({ inputTokens: 1000, outputTokens: 50 });
        const resume = { sessionId: first.sessionId as string, answer: null };
        const feedback = [{ kind: 'check' as const, text: 'red', files: [] }];
        const second = await bench.run({ resume, feedback }, { spent: first.usage });
        expect(second.usage).toMatchObject({ inputTokens: 2000, outputTokens: 100 });
      },
    ));

  it('is told what the schema refuses, and repairs it in the same session', () =>
    withModel(
      (turn) =>
        saidSoFar(turn).includes('summery is not known')
          ? gives(doneResult)
          : { text: '{"status":"done","summery":"a slip"}' },
      async (bench) => {
        const first = await bench.run();
        expect(first).toMatchObject({ kind: 'invalid', problems: expect.stringMatching(/summ[ea]ry/) });
        const resume = { sessionId: first.sessionId as string, answer: null };
        const feedback = [{ kind: 'schema' as const, text: 'summery is not known', files: [] }];
        const second = await bench.run({ resume, feedback });
        expect(second).toMatchObject({ kind: 'result', result: doneResult, sessionId: first.sessionId });
      },
    ));

  it('asks a question, and goes on in the same session with the answer', () =>
    withModel(
      (turn) => {
        if (!turn.lastUserText.includes('Hi there')) return gives(blocked);
        // The provider is sent the conversation from its beginning.
        return saidSoFar(turn).includes('Work test-first.')
          ? gives(doneResult)
          : gives({ status: 'failed', reason: 'lost' });
      },
      async (bench) => {
        const first = await bench.run();
        expect(first).toMatchObject({ kind: 'result', result: blocked });
        const resume = { sessionId: first.sessionId as string, answer: 'Hi there' };
        expect(await bench.run({ resume })).toMatchObject({
          kind: 'result',
          result: doneResult,
          sessionId: first.sessionId,
        });
      },
    ));

  it('begins the session whose id it is given, where it takes one, and goes on with it after it was killed', () => {
    let killed = false;
    return withModel(
      () => (killed ? gives(doneResult) : { hang: true }),
      async (bench, model) => {
        if (!RUNNERS[under.name as keyof typeof RUNNERS].takesSession) return;
        const sessionId = randomUUID();
        const kill = async () => {
          await until('the model is asked', async () => model.turns.length > 0);
          const [pid = 0] = bench.started;
          process.kill(pid, 'SIGKILL');
          killed = true;
        };
        const [first] = await Promise.all([bench.run({}, { sessionId }), kill()]);
        expect(first).not.toHaveProperty('heard');
        expect(bench.sessions).toEqual([sessionId]);
        const resume = { sessionId, answer: null };
        const second = await bench.run({ resume });
        // A session that was written down by then goes on; of another the CLI says that nobody knows it.
        if (second.kind !== 'no-session') expect(second).toMatchObject({ kind: 'result', sessionId });
      },
    );
  });

  it('says that a session is lost that nobody knows', () =>
    withModel(
      () => gives(doneResult),
      async (bench) => {
        const resume = { sessionId: '5f0c1c1e-8a3e-4b7e-9c55-2f1d3a4b5c6d', answer: null };
        expect((await bench.run({ resume })).kind).toBe('no-session');
      },
    ));

  it('is ended when it is silent for its stall time', () =>
    withModel(
      () => ({ hang: true }),
      async (bench, model) => {
        const runId = randomUUID();
        const outcome = await bench.run({}, { stallMs: 25_000, runId });
        expect(outcome.kind).toBe('stalled');
        expect(model.turns.length).toBeGreaterThan(0);
        expect(await leftOf(runId)).toEqual([]);
      },
    ));

  it('is cancelled with what its tools started, also in sessions of their own', () =>
    withModel(
      () => ({ shell: 'setsid sleep 3001 & (sleep 3002 &) ; echo there > started.txt; sleep 3003' }),
      async (bench) => {
        const controller = new AbortController();
        const runId = randomUUID();
        const running = bench.run({}, { signal: controller.signal, runId });
        await bench.written('started.txt');
        expect((await leftOf(runId)).length).toBeGreaterThan(2);
        controller.abort();
        expect((await running).kind).toBe('cancelled');
        expect(await leftOf(runId)).toEqual([]);
      },
    ));

  it.for([
    { answer: { status: 401 } as const, kind: 'not-logged-in' },
    { answer: { status: 404 } as const, kind: 'unknown-model' },
    { answer: { status: 429, retryAfterSeconds: 7 } as const, kind: 'rate-limit' },
    { answer: { status: 500 } as const, kind: 'overloaded' },
    { answer: { drop: true } as const, kind: 'overloaded' },
  ])(
    'tells trouble of the provider by its class: $kind, of $answer',
    { timeout: 240_000 },
    ({ answer, kind }) =>
      withModel(
        () => answer,
        async (bench) => {
          const outcome = await bench.run({}, { stallMs: 100_000, timeoutMs: 200_000 });
          expect(outcome).toMatchObject({ kind: 'trouble', trouble: { kind, message: expect.any(String) } });
          if (kind === 'rate-limit' && under.tellsRetryAfter && outcome.kind === 'trouble')
            expect(outcome.trouble.retryAfterMs).toBeGreaterThanOrEqual(6000);
        },
      ),
  );

  it('goes on where the provider manages again', () => {
    let dropped = false;
    return withModel(
      ({ number }) => {
        if (number === 1) return { write: { path: 'one.txt', content: '1\n' } };
        if (dropped) return gives(doneResult);
        dropped = true;
        return { drop: true };
      },
      async (bench) => {
        const first = await bench.run();
        if (first.kind === 'result') return;
        expect(first).toMatchObject({ kind: 'trouble', trouble: { kind: 'overloaded' } });
        const resume = { sessionId: first.sessionId as string, answer: null };
        expect((await bench.run({ resume })).kind).toBe('result');
        expect(await bench.written('one.txt')).toBe('1\n');
      },
    );
  });

  it('is ended at its timeout, whatever it goes on saying, with little kept in memory', () =>
    withModel(
      () => ({ endless: true }),
      async (bench) => {
        const before = process.memoryUsage().rss;
        const outcome = await bench.run({}, { timeoutMs: 40_000 });
        expect(outcome.kind).toBe('timed-out');
        expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
      },
    ));

  it('has no result that can be used where its last message holds none', () =>
    withModel(
      () => ({ text: 'I think I am finished.' }),
      async (bench) => {
        expect(await bench.run()).toMatchObject({
          kind: 'invalid',
          problems: expect.stringContaining('JSON object'),
        });
      },
    ));

  it('is held to the budget of a run as far as it tells its figures in time', () =>
    withModel(
      ({ number }) =>
        number < 30
          ? { shell: `echo ${number} > step.txt`, usage: { inputTokens: 100, outputTokens: 20 } }
          : gives(doneResult),
      async (bench, model) => {
        const outcome = await bench.run({}, { budget: under.budget ?? { tokens: 1 } });
        // What tells its figures at its end has worked for its result by then: the feature's budget counts it.
        expect(outcome.kind).toBe(under.budget === undefined ? 'result' : 'over-budget');
        if (under.budget !== undefined) expect(model.turns.length).toBeLessThan(10);
      },
    ));

  it('is missing where its program is not there, and says what to do', () =>
    withModel(
      () => gives(doneResult),
      async (bench) => {
        const outcome = await bench.run({}, {}, { command: [path.join(bench.cwd, 'no-such-program')] });
        expect(outcome).toMatchObject({ kind: 'missing', message: expect.stringMatching(/baton\.yaml/) });
      },
    ));
});
