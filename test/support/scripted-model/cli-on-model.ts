import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

export const agentClis = ['claude', 'codex', 'gemini', 'opencode'] as const;
export type AgentCli = (typeof agentClis)[number];

/** The key that every CLI is given. */
export const TEST_KEY = 'test-key';

/**
 * The folder of the real CLIs' commands.
 * @throws Error where `npm run test:agents` hasn't set it.
 */
export function agentCliFolder(): string {
  const folder = process.env.BATON_TEST_AGENT_CLIS;
  if (folder) return folder;
  throw new Error(
    'BATON_TEST_AGENT_CLIS is not set. Run these tests by `npm run test:agents`, which installs the CLIs and sets it.',
  );
}

/** How a CLI is run once, headless, with leave to write in its folder, retries off, and nothing else than the model. */
interface Invocation {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files in its HOME. */
  readonly files?: Readonly<Record<string, unknown>>;
}

const invocations: Readonly<Record<AgentCli, (url: string) => Invocation>> = {
  claude: (url) => ({
    args: ['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'],
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: TEST_KEY,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '0',
      DISABLE_AUTOUPDATER: '1',
    },
  }),
  codex: (url) => ({
    args: [
      ...['exec', '--json', '-s', 'workspace-write', '-m', 'gpt-5.1', '-c', 'model_provider=scripted'],
      ...['-c', `model_providers.scripted={${codexProvider(url)}}`, '-c', 'analytics.enabled=false'],
      ...['-c', 'check_for_update_on_startup=false', '--disable', 'plugins', '-'],
    ],
    env: { SCRIPTED_KEY: TEST_KEY },
  }),
  gemini: (url) => ({
    args: [
      '--output-format',
      'stream-json',
      '--approval-mode',
      'yolo',
      '--skip-trust',
      '-m',
      'gemini-2.5-pro',
    ],
    env: { GEMINI_API_KEY: TEST_KEY, GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_NO_RELAUNCH: 'true' },
    files: {
      '.gemini/settings.json': {
        // With another address it would else want a gateway's login.
        security: { auth: { selectedType: 'gemini-api-key' } },
        general: { enableAutoUpdate: false, maxAttempts: 1, retryFetchErrors: false },
        privacy: { usageStatisticsEnabled: false },
      },
    },
  }),
  opencode: (url) => ({
    args: ['run', '--format', 'json'],
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeConfig(url)),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    },
  }),
};

function codexProvider(url: string): string {
  const retries = 'request_max_retries=0,stream_max_retries=0,supports_websockets=false';
  return `name="scripted",base_url="${url}/v1",env_key="SCRIPTED_KEY",wire_api="responses",${retries}`;
}

function opencodeConfig(url: string) {
  const limit = { context: 200_000, output: 8_192 };
  const options = { baseURL: `${url}/v1`, apiKey: TEST_KEY };
  const models = { 'scripted-model': { name: 'Scripted', tool_call: true, limit } };
  return {
    model: 'scripted/scripted-model',
    small_model: 'scripted/scripted-model',
    autoupdate: false,
    share: 'disabled',
    permission: { edit: 'allow', bash: 'allow', external_directory: 'deny' },
    provider: { scripted: { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models } },
  };
}

export interface CliRun {
  readonly exitCode: number | undefined;
  /** The lines of standard output that are JSON. */
  readonly events: readonly Record<string, unknown>[];
  readonly stderr: string;
  /** The repository that it worked in. */
  readonly cwd: string;
}

/** Runs a CLI on a model, in a fresh repository, with a HOME and an environment of its own and the prompt on its input. */
export async function runCliOnModel(cli: AgentCli, url: string, prompt: string): Promise<CliRun> {
  const folder = await mkdtemp(path.join(tmpdir(), `baton-${cli}-`));
  const [cwd, home, temporary] = ['repo', 'home', 'tmp'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([mkdir(cwd), mkdir(home), mkdir(temporary)]);
  await execa('git', ['init', '-q', '-b', 'main'], { cwd });
  const { args, env, files = {} } = invocations[cli](url);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true });
    await writeFile(path.join(home, name), JSON.stringify(content));
  }
  const bin = agentCliFolder();
  const { exitCode, stdout, stderr } = await execa(path.join(bin, cli), args, {
    cwd,
    env: { ...env, PATH: process.env.PATH ?? '', HOME: home, TMPDIR: temporary },
    extendEnv: false,
    input: prompt,
    reject: false,
    // Less than the time limit of a test, so that what it printed is in the report.
    timeout: 2 * 60_000,
  });
  const events = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, events, stderr, cwd };
}
