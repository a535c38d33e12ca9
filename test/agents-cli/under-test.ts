import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { resultJsonSchema } from '../../src/agents/result-schema.ts';
import type { AgentRunHost, AgentRunRequest } from '../../src/agents/runner.ts';
import { variablesOf } from '../../src/agents/runner-variables.ts';
import { RUNNERS } from '../../src/agents/runners.ts';
import type { AgentEvent, AgentTask } from '../../src/domain/agent-protocol.ts';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { sampleTask } from '../agents/helpers.ts';
import { until } from '../support/until.ts';

/** The key that every CLI is given; it must be kept nowhere. */
export const KEY = 'scripted-key-0123456789';

/** A result that every role's schema takes. */
export const doneResult = {
  status: 'done',
  summary: 'all done',
  decisions: [],
  constraints: [],
  pendingActions: [],
  evidence: [],
};

/** The PATH with the pinned CLIs in front. */
export const pathWithClis = (): string => `${clis()}${path.delimiter}${process.env.PATH}`;

const clis = (): string => {
  const folder = process.env.BATON_TEST_AGENT_CLIS;
  if (!folder) throw new Error('BATON_TEST_AGENT_CLIS is not set. Run these tests by `npm run test:agents`.');
  return folder;
};

const limits = { stall: 60_000, timeout: 120_000, env: ['SCRIPTED_KEY'] };

/** opencode finds its provider in the repository; see https://opencode.ai/docs/providers. */
export const opencodeJson = (url: string) =>
  `${JSON.stringify(
    {
      // Where it is missing opencode writes it, which is a change out of the packet's bounds.
      $schema: 'https://opencode.ai/config.json',
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Scripted',
          options: { baseURL: `${url}/v1`, apiKey: '{env:SCRIPTED_KEY}' },
          models: { 'scripted-model': { name: 'Scripted model' } },
        },
      },
    },
    null,
    2,
  )}\n`;

/** How each runner is set up to talk with the scripted model at `url`. */
export interface UnderTest {
  readonly name: string;
  readonly role: (url: string) => AgentConfig;
  readonly env?: (url: string) => Readonly<Record<string, string>>;
  /** Files of the repository. */
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  /** Whether it tells how long the provider wants to be left alone. */
  readonly tellsRetryAfter: boolean;
  /** How it can be kept to a budget while it runs; undefined: its figures come at the end. */
  readonly budget?: { readonly usd?: number; readonly tokens?: number };
}

export const codexArgs = (url: string) => [
  ...['-c', 'model_provider="scripted"'],
  '-c',
  `model_providers.scripted={name="scripted",base_url="${url}/v1",env_key="SCRIPTED_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=1,supports_websockets=false}`,
];

export const UNDER_TEST: readonly UnderTest[] = [
  {
    name: 'claude',
    role: () => ({ runner: 'claude', model: 'claude-opus-4-8', args: [], ...limits }),
    env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY }),
    tellsRetryAfter: true,
    budget: { usd: 0.001 },
  },
  {
    name: 'codex',
    role: (url) => ({ runner: 'codex', model: 'gpt-5.1', args: codexArgs(url), ...limits }),
    tellsRetryAfter: false,
  },
  {
    name: 'gemini',
    role: () => ({ runner: 'gemini', model: 'gemini-2.5-pro', args: [], ...limits }),
    env: (url) => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: KEY }),
    tellsRetryAfter: true,
  },
  {
    name: 'opencode',
    role: () => ({ runner: 'opencode', model: 'scripted/scripted-model', args: [], ...limits }),
    files: (url) => ({ 'opencode.json': opencodeJson(url) }),
    tellsRetryAfter: true,
    budget: { tokens: 150 },
  },
  {
    name: 'acp',
    role: () => ({
      runner: 'acp',
      command: ['opencode', 'acp', '--print-logs', '--log-level', 'ERROR'],
      model: 'scripted/scripted-model',
      ...limits,
    }),
    files: (url) => ({ 'opencode.json': opencodeJson(url) }),
    tellsRetryAfter: false,
  },
];

/** One runner, one folder, one conversation. */
export class Bench {
  readonly started: number[] = [];
  readonly events: AgentEvent[] = [];
  readonly sessions: string[] = [];

  private constructor(
    private readonly under: UnderTest,
    private readonly url: string,
    readonly cwd: string,
    private readonly home: string,
  ) {}

  static async create(under: UnderTest, url: string): Promise<Bench> {
    const folder = await mkdtemp(path.join(tmpdir(), `baton-${under.name}-`));
    const [cwd, home] = [path.join(folder, 'tree'), path.join(folder, 'home')];
    await execa('mkdir', [cwd, home]);
    await execa('git', ['init', '-q', cwd]);
    for (const [name, text] of Object.entries(under.files?.(url) ?? {}))
      await writeFile(path.join(cwd, name), text);
    return new Bench(under, url, cwd, home);
  }

  get transcript(): string {
    return path.join(this.home, 'transcript.jsonl');
  }

  /** Runs the agent once. */
  run(
    task: Partial<AgentTask> = {},
    more: Partial<
      Pick<AgentRunRequest, 'stallMs' | 'timeoutMs' | 'signal' | 'spent' | 'runId' | 'sessionId' | 'confined'>
    > & {
      readonly budget?: UnderTest['budget'];
    } = {},
    changes: { readonly command?: string[] } = {},
  ) {
    const { budget, ...rest } = more;
    const role = { ...this.under.role(this.url), ...(budget && { budget }), ...changes } as AgentConfig;
    const own: Record<string, string> = { SCRIPTED_KEY: KEY, ...this.under.env?.(this.url) };
    const env = Object.fromEntries(
      variablesOf(role).flatMap((name) => (own[name] ? [[name, own[name]]] : [])),
    );
    const request: AgentRunRequest = {
      task: { ...sampleTask, resultSchema: resultJsonSchema('implement'), ...task },
      role,
      cwd: this.cwd,
      home: this.home,
      env: {
        PATH: pathWithClis(),
        HOME: this.home,
        TMPDIR: this.home,
        ...env,
      },
      runId: randomUUID(),
      stallMs: 60_000,
      timeoutMs: 110_000,
      signal: new AbortController().signal,
      transcriptFile: this.transcript,
      spent: {},
      ...rest,
    };
    const host: AgentRunHost = {
      started: ({ pid }) => void this.started.push(pid),
      session: ({ id }) => void this.sessions.push(id),
      result: () => undefined,
      event: (event) => void this.events.push(event),
      checkpoint: () => Promise.reject(new Error('no CLI asks for a checkpoint')),
    };
    return RUNNERS[role.runner].run(request, host);
  }

  /** Resolves when the agent's tool has written this file; its text. */
  written(name: string): Promise<string> {
    return until(`the file ${name}`, () =>
      readFile(path.join(this.cwd, name), 'utf8').catch(() => undefined),
    );
  }
}

/** Processes that carry this run's mark, by looking at every process of this machine. */
export async function leftOf(runId: string): Promise<string[]> {
  const mark = `BATON_RUN=${runId}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const left: string[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(mark)) left.push(pid);
  }
  return left;
}
