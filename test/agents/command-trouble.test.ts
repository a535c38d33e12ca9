import { describe, expect, test } from 'vitest';
import { createCommandRunner } from '../../src/agents/command.ts';
import { recordingHost, requestFor } from './helpers.ts';

const runner = createCommandRunner({ resultGraceMs: 500, endGraceMs: 500 });
const run = (script: string, more: Parameters<typeof requestFor>[1] = {}) =>
  runner.run(requestFor(script, more), recordingHost().host);
const dies = (code: number) => `process.exitCode = ${code}; process.stdin.destroy();`;
const MIN = 60_000;

describe('an agent of the protocol', () => {
  test.for([
    ['on standard error', `console.error('429, retry in 37m'); ${dies(1)}`],
    [
      'on standard output',
      `console.log('API error: 429 too many requests, try again in 37 minutes'); ${dies(1)}`,
    ],
    [
      'in colours',
      `console.error('\\u001b[31mError: rate limit reached, resets in 37m\\u001b[0m'); ${dies(2)}`,
    ],
    [
      'before its stack',
      `console.error('RateLimitError: wait 37m\\n    at a (b.js:1:1)\\n\\nNode.js v20'); ${dies(1)}`,
    ],
    ['and ends with exit code 0', `console.log('rate limit: retry in 37m'); ${dies(0)}`],
  ] as const)(
    'that tells of a rate limit in words %s is in trouble, for as long as they say',
    async ([, script]) => {
      const outcome = await run(script);
      expect(outcome).toMatchObject({ kind: 'trouble', trouble: { kind: 'rate-limit' } });
      const ms = outcome.kind === 'trouble' ? (outcome.trouble.retryAfterMs ?? 0) : 0;
      expect(ms).toBeGreaterThan(36 * MIN);
      expect(ms).toBeLessThanOrEqual(37 * MIN);
    },
  );

  test('that sits a rate limit out in silence is ended for its silence, and in trouble', async () => {
    const script = `console.log('429 Too Many Requests, sleeping for 10 minutes before retrying'); forever();`;
    expect(await run(script, { stallMs: 1500 })).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'rate-limit', retryAfterMs: expect.any(Number) },
    });
  });

  test.for([
    ['Error: HTTP 401 Unauthorized', 'not-logged-in'],
    ['ANTHROPIC_API_KEY: invalid API key', 'not-logged-in'],
    ['the model gpt-9 does not exist', 'unknown-model'],
    ['status code 503', 'overloaded'],
    ['APIError: 529 Overloaded', 'overloaded'],
  ] as const)('that ends with "%s" is in trouble', async ([words, kind]) => {
    const outcome = await run(`console.error(${JSON.stringify(words)}); ${dies(1)}`);
    expect(outcome).toMatchObject({ kind: 'trouble', trouble: { kind } });
  });

  test.for([
    `console.error('429 tests passed, 1 failed'); ${dies(1)}`,
    `console.error('GET /users answered 404'); ${dies(1)}`,
    `console.error('disk quota exceeded'); ${dies(1)}`,
    `console.error('at line 500: socket terminated'); ${dies(1)}`,
    `console.error('429, retry in 37m'); say({ type: 'progress', note: 'on' }); console.error('boom'); ${dies(1)}`,
  ])('that ends otherwise has crashed: example %#', async (script) => {
    expect((await run(script)).kind).toBe('crashed');
  });

  test('may say itself what is in the way, and for how long; a log that sounds otherwise counts for less', async () => {
    const trouble = {
      type: 'trouble',
      kind: 'rate-limit',
      message: 'the quota is used up',
      retryAfter: 2220,
    };
    expect(await run(`say(${JSON.stringify(trouble)}); console.error('HTTP 401'); ${dies(1)}`)).toMatchObject(
      {
        kind: 'trouble',
        trouble: {
          kind: 'rate-limit',
          message: expect.stringContaining('the quota is used up'),
          retryAfterMs: 2_220_000,
        },
      },
    );
    const until = new Date(Date.now() + 30 * MIN).toISOString();
    const dated = await run(`say(${JSON.stringify({ ...trouble, retryAfter: until })}); ${dies(0)}`);
    const ms = dated.kind === 'trouble' ? (dated.trouble.retryAfterMs ?? 0) : 0;
    expect(ms).toBeGreaterThan(29 * MIN);
    const worded = { ...trouble, retryAfter: '2h 5m' };
    expect(await run(`say(${JSON.stringify(worded)}); ${dies(0)}`)).toMatchObject({
      trouble: { retryAfterMs: 125 * MIN },
    });
    const words = { type: 'trouble', kind: 'overloaded', message: 'busy, retry in 20s' };
    expect(await run(`say(${JSON.stringify(words)}); ${dies(0)}`)).toMatchObject({
      trouble: { kind: 'overloaded', retryAfterMs: 20_000 },
    });
  });

  test('is out of a trouble that it told of once it goes on', async () => {
    const trouble = `say({ type: 'trouble', kind: 'overloaded', message: 'busy' });`;
    expect(await run(`${trouble} say({ type: 'progress', note: 'on' }); ${dies(1)}`)).toMatchObject({
      kind: 'crashed',
    });
    expect((await run(`${trouble} result(); ${dies(1)}`)).kind).toBe('result');
  });

  test('hears why its word of trouble is none', async () => {
    const outcome = await run(
      `say({ type: 'trouble', kind: 'hunger', message: 'x' });
       say({ type: 'trouble', kind: 'settings', message: 'x', retryAfter: -1 }); ${dies(0)}`,
    );
    expect(outcome).toMatchObject({
      kind: 'no-result',
      misread: expect.stringMatching(/`kind`[\s\S]*`retryAfter`/),
    });
  });

  test('that has nothing to say lives on by pings, and without them is ended', async () => {
    const script = (event: string) => `const timer = setInterval(() => ${event}, 100);
      setTimeout(() => { clearInterval(timer); result(); process.stdin.destroy(); }, 4000);`;
    const { host, calls } = recordingHost();
    const request = requestFor(script(`say({ type: 'ping' })`), { stallMs: 2500 });
    expect((await runner.run(request, host)).kind).toBe('result');
    expect(calls).toEqual(['started true', 'event result']);
    expect((await run(script(`console.log('ping')`), { stallMs: 1500 })).kind).toBe('stalled');
  });
});
