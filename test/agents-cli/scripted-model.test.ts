import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { agentClis, runCliOnModel, TEST_KEY } from '../support/scripted-model/cli-on-model.ts';
import type { ModelTurn, Script } from '../support/scripted-model/model-turn.ts';
import { sampleRequest } from '../support/scripted-model/sample-requests.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';

let model: ScriptedModel | undefined;

afterEach(async () => {
  await model?.close();
  model = undefined;
});

const start = async (script: Script): Promise<ScriptedModel> => {
  model = await ScriptedModel.start(script);
  return model;
};

const formats = ['anthropic-messages', 'openai-responses', 'openai-chat', 'gemini'] as const;
type Asked = Parameters<typeof sampleRequest>[1] & { readonly signal?: AbortSignal };

describe.each(formats)('%s', (format) => {
  const ask = async ({ url }: ScriptedModel, { signal, ...options }: Asked = {}) => {
    const { path: at, init } = sampleRequest(format, options);
    return await fetch(`${url}${at}`, { ...init, ...(signal === undefined ? {} : { signal }) });
  };

  test('reads a request in neutral terms', async () => {
    const served = await start(() => ({ text: 'yes' }));
    expect((await ask(served, { stream: true })).status).toBe(200);
    expect(served.turns).toMatchObject([
      {
        format,
        number: 1,
        attempt: 1,
        model: 'sample',
        stream: true,
        lastUserText: 'hello',
        apiKey: TEST_KEY,
      },
    ]);
    expect(served.turns[0]?.messages).toEqual([{ role: 'user', text: 'hello' }]);
    expect(served.turns[0]?.tools).toMatchObject([{ inputSchema: { type: 'object' } }]);
    expect(served.turns[0]).not.toHaveProperty('outputSchema');
  });

  test.each([true, false])('says the same streamed and whole (stream: %s)', async (stream) => {
    const served = await start(() => ({ shell: 'echo one', says: 'Running it.' }));
    const said = await (await ask(served, { stream })).text();
    expect(said).toContain('Running it.');
    expect(said).toContain('echo one');
    if (stream) for (const line of said.split('\n')) expect(line).toMatch(/^(|event: \S+|data: .+)$/);
    else expect(JSON.parse(said)).toBeTypeOf('object');
  });

  test('gives a structured answer as it was asked for', async () => {
    const served = await start(() => ({ structured: { fine: true } }));
    const schema = { type: 'object', properties: { fine: { type: 'boolean' } } };
    expect(await (await ask(served, { schema })).text()).not.toContain('```');
    expect(served.turns[0]?.outputSchema).toEqual(schema);
    expect(await (await ask(served)).text()).toContain('```json\\n{\\n');
  });

  test.each([
    { status: 401, retryAfter: null },
    { status: 429, retryAfter: '7' },
    { status: 500, retryAfter: null },
  ] as const)('fails with $status as the provider does', async ({ status, retryAfter }) => {
    const served = await start(() => ({
      status,
      message: 'not now',
      ...(retryAfter === null ? {} : { retryAfterSeconds: Number(retryAfter) }),
    }));
    const response = await ask(served, { stream: true });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(await response.json()).toMatchObject({ error: { message: 'not now', ...shapes[format][status] } });
    await ask(served, { stream: true });
    expect(served.turns.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test.each([true, false])('drops an answer that has begun (stream: %s)', async (stream) => {
    const response = await ask(await start(() => ({ drop: true })), { stream });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('hangs until the client has gone', async () => {
    let asked: (turn: ModelTurn) => void = () => {};
    const turn = new Promise<ModelTurn>((resolve) => {
      asked = resolve;
    });
    const served = await start((one) => {
      asked(one);
      return { hang: true };
    });
    const client = new AbortController();
    const answer = ask(served, { signal: client.signal });
    const { signal } = await turn;
    expect(signal.aborted).toBe(false);
    const gone = once(signal, 'abort');
    client.abort();
    await expect(answer).rejects.toThrow('aborted');
    await gone;
  });

  test.each([true, false])('goes on for ever until it is closed (stream: %s)', async (stream) => {
    const served = await start(() => ({ endless: true }));
    const { body } = await ask(served, { stream });
    let read = 0;
    const reading = (async () => {
      for await (const bytes of body ?? []) {
        read += bytes.length;
        if (read > 10_000 && model !== undefined) {
          model = undefined;
          void served.close();
        }
      }
    })();
    await expect(reading).rejects.toThrow('terminated');
    expect(read).toBeGreaterThan(10_000);
    expect(served.turns[0]?.signal.aborted).toBe(true);
  });

  test('tells a client at once that the script is wrong', async () => {
    const served = await start(() => {
      throw new Error('no such packet');
    });
    const response = await ask(served);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('no such packet');
    expect(served.requests[0]?.failure).toContain('no such packet');
  });
});

/** What tells errors apart, beside their message. */
const shapes = {
  'anthropic-messages': {
    401: { type: 'authentication_error' },
    429: { type: 'rate_limit_error' },
    500: { type: 'api_error' },
  },
  'openai-responses': {
    401: { code: 'invalid_api_key' },
    429: { code: 'rate_limit_exceeded' },
    500: { type: 'server_error' },
  },
  'openai-chat': {
    401: { code: 'invalid_api_key' },
    429: { code: 'rate_limit_exceeded' },
    500: { type: 'server_error' },
  },
  gemini: {
    401: { code: 401, status: 'UNAUTHENTICATED' },
    429: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '7s' }] },
    500: { status: 'INTERNAL' },
  },
} as const;

test('answers what comes without tools by itself', async () => {
  const served = await start(() => ({ text: 'never asked' }));
  const { path: at, init } = sampleRequest('openai-chat');
  const body = JSON.stringify({ ...JSON.parse(init.body), tools: [] });
  const said = await (await fetch(`${served.url}${at}`, { ...init, body })).text();
  expect(said).toContain('A scripted conversation');
  expect(served.turns).toEqual([]);
  expect(served.requests).toHaveLength(1);
});

test('refuses an answer that the tools on offer cannot give', async () => {
  const served = await start(() => ({ write: { path: 'a.txt', content: '' } }));
  const { path: at, init } = sampleRequest('openai-chat');
  const body = JSON.parse(init.body);
  body.tools[0].function.name = 'write';
  const relative = await fetch(`${served.url}${at}`, { ...init, body: JSON.stringify(body) });
  expect([relative.status, await relative.text()]).toEqual([
    400,
    expect.stringContaining('give the answer a cwd'),
  ]);
  body.tools[0].function.name = 'look';
  const none = await fetch(`${served.url}${at}`, { ...init, body: JSON.stringify(body) });
  expect([none.status, await none.text()]).toEqual([400, expect.stringContaining('no tool to write a file')]);
});

test('runs as a process of its own', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-model-'));
  const script = path.join(folder, 'script.mjs');
  const log = path.join(folder, 'turns.jsonl');
  await writeFile(
    script,
    'export const answer = ({ lastUserText }) => ({ text: lastUserText + " to you" });\n',
  );
  const main = fileURLToPath(new URL('../support/scripted-model/main.ts', import.meta.url));
  const running = execa(process.execPath, ['--import', 'tsx', main, script, log], { reject: false });
  const [url] = (await once(createInterface({ input: running.stdout }), 'line')) as [string];
  const { path: at, init } = sampleRequest('gemini');
  expect(await (await fetch(`${url}${at}`, init)).text()).toContain('hello to you');
  expect(JSON.parse(await readFile(log, 'utf8'))).toMatchObject({ number: 1, model: 'sample' });
  running.kill('SIGTERM');
  expect((await running).exitCode).toBe(0);
});

const usage = { inputTokens: 1000, outputTokens: 50, cachedInputTokens: 200 };

test.each(agentClis)('%s works on it: writes a file, then says so', async (cli) => {
  const served = await start(({ number }) =>
    number === 1
      ? { write: { path: 'notes/hello.txt', content: "it's here\n" }, usage }
      : { text: 'Written as asked.', usage },
  );
  const prompt = '- Write "hello".\n- Then stop.';
  const { exitCode, events, stderr, cwd } = await runCliOnModel(cli, served.url, prompt);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(await readFile(path.join(cwd, 'notes/hello.txt'), 'utf8')).toBe("it's here\n");
  expect(JSON.stringify(events)).toContain('Written as asked.');
  expect(served.turns.map(({ number, attempt }) => [number, attempt])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(served.turns[0]).toMatchObject({ apiKey: TEST_KEY, cwd, lastUserText: prompt });
  const [call] = served.turns[1]?.messages.flatMap(({ toolCalls = [] }) => toolCalls) ?? [];
  const results = served.turns[1]?.messages.flatMap(({ toolResults = [] }) => toolResults);
  expect(results?.map(({ id }) => id)).toEqual([call?.id]);
  expect(spent[cli](events)).toEqual({ input: 2000, cached: 400, output: 100 });
});

type Events = readonly Record<string, unknown>[];
type Figures = Record<string, number>;

/** The tokens that each CLI says it spent, added up where it tells them in parts, cached ones within the input. */
const spent: Record<(typeof agentClis)[number], (events: Events) => Figures> = {
  claude: (events) => {
    const figures = events.find(({ type }) => type === 'result')?.usage as Figures;
    const { input_tokens = 0, cache_read_input_tokens = 0, output_tokens = 0 } = figures;
    return {
      input: input_tokens + cache_read_input_tokens,
      cached: cache_read_input_tokens,
      output: output_tokens,
    };
  },
  codex: (events) => {
    const figures = events.find(({ type }) => type === 'turn.completed')?.usage as Figures;
    const { input_tokens = 0, cached_input_tokens = 0, output_tokens = 0 } = figures;
    return { input: input_tokens, cached: cached_input_tokens, output: output_tokens };
  },
  gemini: (events) => {
    const figures = events.find(({ type }) => type === 'result')?.stats as Figures;
    const { input_tokens = 0, cached = 0, output_tokens = 0 } = figures;
    return { input: input_tokens, cached, output: output_tokens };
  },
  opencode: (events) => {
    const total = { input: 0, cached: 0, output: 0 };
    for (const { type, part } of events) {
      if (type !== 'step_finish') continue;
      const { tokens } = part as { tokens: { input: number; output: number; cache: { read: number } } };
      total.input += tokens.input + tokens.cache.read;
      total.cached += tokens.cache.read;
      total.output += tokens.output;
    }
    return total;
  },
};
