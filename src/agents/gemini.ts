import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Trouble, TroubleKind } from '../domain/agent-trouble.ts';
import { plus } from '../domain/prices.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type ProcessLimits, runProcess } from './agent-process.ts';
import { kindOfStatus, kindOfWords, troubleOf } from './classify-trouble.ts';
import { type CliReader, cliProcess, endedWith, field, homeFile, numberOf, textOf } from './cli-process.ts';
import { finalResult } from './final-result.ts';
import { linkLogin } from './login.ts';
import { promptFor } from './prompt.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';

const NAME = 'gemini';

/** Overload mostly passes within these (Gemini CLI waits 5 s, then 10 s); then Baton decides. */
const MAX_ATTEMPTS = 3;

/** Runs Gemini CLI (`gemini --output-format stream-json`), known to work with 0.61.0; see docs/agents.md. */
export const createGeminiRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: NAME,
  figuresAtEnd: true,
  takesSession: true,
  run: (request, host) => runProcess(request, host, () => geminiProcess(request), limits),
});
export const geminiRunner = createGeminiRunner();

async function geminiProcess(request: AgentRunRequest) {
  const { role, task, sessionId } = request;
  if (role.runner !== NAME) throw new Error(`not a role of ${NAME}`);
  await linkLogin(NAME, request);
  await homeFile(request, '.gemini/settings.json', settings(await authTypeOf(request)));
  return cliProcess({
    name: NAME,
    program: [
      ...(role.command ?? [NAME]),
      ...['--output-format', 'stream-json', '--skip-trust'],
      // Every narrower mode leaves out the shell, and an agent that can't run the tests can't do its work.
      ...['--approval-mode', 'yolo'],
      ...(role.model === undefined ? [] : ['--model', role.model]),
      ...(task.resume === null ? [] : ['--resume', task.resume.sessionId]),
      ...(sessionId === undefined ? [] : ['--session-id', sessionId]),
      ...role.args,
    ],
    env: {
      // A second process of its own would not pass SIGTERM on.
      GEMINI_CLI_NO_RELAUNCH: 'true',
      // A login that has run out is said at once instead of waiting for somebody at a browser.
      NO_BROWSER: 'true',
    },
    prompt: promptFor(task, 'prompt'),
    reader: geminiReader(request),
  });
}

/** What is there to log in with. Without any it asks for the key, and the CLI says so at once. */
async function authTypeOf({ env, home }: AgentRunRequest): Promise<string> {
  if (env.GEMINI_API_KEY !== undefined) return 'gemini-api-key';
  if (env.GOOGLE_API_KEY !== undefined) return 'vertex-ai';
  const login = await stat(join(home, '.gemini', 'oauth_creds.json')).catch(() => undefined);
  return login === undefined ? 'gemini-api-key' : 'oauth-personal';
}

/** The agent's own settings; those of the repository (`.gemini/settings.json`) come before them. */
const settings = (selectedType: string) => ({
  security: { auth: { selectedType }, folderTrust: { enabled: false } },
  general: {
    maxAttempts: MAX_ATTEMPTS,
    enableAutoUpdate: false,
    enableAutoUpdateNotification: false,
    // A question may wait for weeks; Baton clears HOME away when the feature has ended.
    sessionRetention: { enabled: false },
  },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  // Otherwise each word behind an @ in the prompt, a decorator or a package, brings in a file whose name is like it.
  context: { fileFiltering: { enableRecursiveFileSearch: false } },
});

/** Exit codes of its own, by its sources; 41 to 55 come without an event where it could not begin. */
const NOT_LOGGED_IN = 41;
const BAD_INPUT = 42;
/** No sandbox, broken settings, the settings' limit of turns, a folder that isn't trusted. */
const SETTINGS = [44, 52, 53, 55];
/** What an HTTP status becomes as an exit code is its last byte. */
const statusOf = (code: number | null) =>
  [401, 403, 404, 429, 500, 502, 503, 504, 529].find((status) => (status & 255) === code);

/** Said at every start, and the rest of a stack trace. */
const NOISE = /^(?:YOLO mode|Warning: 256-color|Ripgrep is not|\s+at |\s*exitCode:|\})/;

/** Reads `--output-format stream-json`, and on standard error that a request is tried again. */
export function geminiReader({ spent }: Pick<AgentRunRequest, 'spent'>): CliReader & {
  errorLine(text: string): readonly AgentOutput[];
} {
  /** What it said since the last tool: of the last turn, it holds the result. */
  let text = '';
  /** Why its answer is none, or why it failed, where that is no trouble of the provider. */
  let problem = '';
  let unknownOption = '';
  let troubled = false;
  const retrying = retries();
  const passed = (): AgentOutput[] => {
    if (!troubled) return [];
    troubled = false;
    return [{ kind: 'trouble-passed' }];
  };
  const trouble = (kind: TroubleKind, words: string): AgentOutput => {
    troubled = true;
    return agentOutput.trouble(troubleOf(kind, NAME, words));
  };
  const failed = (message: string): AgentOutput[] => {
    const { status, words } = readMessage(message);
    const kind = kindOfStatus(status) ?? kindOfWords(words);
    if (kind !== undefined) return [trouble(kind, words)];
    problem = words;
    return passed();
  };
  return {
    event(event) {
      switch (event.type) {
        case 'init':
          return [sessionOf(textOf(event, 'session_id'))];
        case 'message':
          if (event.role !== 'assistant') return [agentOutput.alive];
          text += textOf(event, 'content');
          return [...passed(), agentOutput.alive];
        case 'tool_use': {
          const words = text.trim() === '' ? [] : [agentOutput.progress(text)];
          text = '';
          return [...passed(), ...words, doing(event)];
        }
        case 'tool_result':
          text = '';
          return [agentOutput.alive];
        case 'error':
          // It was stopped: for going round in circles, for what its model refused to say.
          problem = textOf(event, 'message');
          return [agentOutput.alive];
        case 'result': {
          // The result first: what was paid for counts, whatever it cost.
          const usage = usageOf(field(event, 'stats'), spent);
          if (event.status === 'success') {
            const result = finalResult(text);
            const stopped = result.kind === 'unreadable' && problem !== '';
            return [...passed(), stopped ? brokenOff(problem, text) : result, ...usage];
          }
          const message = textOf(event, 'error', 'message');
          if (message !== '') return [...failed(message), ...usage];
          return [...passed(), brokenOff(problem, text), ...usage];
        }
        default:
          return [agentOutput.alive];
      }
    },
    errorLine(line) {
      if (/^Unknown arguments?:/.test(line)) unknownOption = line;
      const why = retrying(line);
      if (why === undefined) return [];
      troubled = true;
      // It would sit out the provider's wish to be left alone, holding a slot.
      return [why.kind === 'rate-limit' ? agentOutput.fatal(why) : agentOutput.trouble(why)];
    },
    ended({ code, lastWords }) {
      if (troubled || code === null || code === 0) return [];
      const words =
        problem ||
        unknownOption ||
        stripVTControlCharacters(lastWords)
          .split('\n')
          .filter((line) => !NOISE.test(line))
          .join('\n');
      if (code === BAD_INPUT && /resum|session/i.test(words)) return [agentOutput.noSession];
      if (code === NOT_LOGGED_IN) return [trouble('not-logged-in', words)];
      if (SETTINGS.includes(code) || unknownOption !== '') return [trouble('settings', words)];
      const kind = kindOfStatus(statusOf(code));
      return kind === undefined ? endedWith(NAME, code, words) : [trouble(kind, words)];
    },
  };
}

const sessionOf = (id: string): AgentOutput =>
  id === '' || id.length > 200 ? agentOutput.alive : agentOutput.session(id);

/** What it does, in words for people. */
function doing(event: unknown): AgentOutput {
  const what = ['file_path', 'command', 'pattern', 'dir_path', 'query', 'url', 'description']
    .map((key) => textOf(event, 'parameters', key))
    .find((words) => words !== '');
  const name = textOf(event, 'tool_name');
  return agentOutput.progress(what === undefined ? name : `${name}: ${what}`);
}

/** Its figures are of this process alone, also where a session goes on (measured with 0.61.0). No cost is told. */
function usageOf(stats: unknown, spent: AgentRunRequest['spent']): AgentOutput[] {
  const [input, output, total] = [
    count(stats, 'input_tokens'),
    count(stats, 'output_tokens'),
    count(stats, 'total_tokens'),
  ];
  // It counts answers that came whole; without one its zeros mean nothing.
  const counted = Object.keys(field(stats, 'models') ?? {}).length > 0;
  if (!counted || input === undefined || output === undefined) return [];
  const own = {
    inputTokens: input,
    cachedInputTokens: count(stats, 'cached'),
    // Thoughts are in the total alone, and are paid for as output.
    outputTokens: Math.max(output, (total ?? 0) - input),
  };
  return [agentOutput.usage(plus({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, ...spent }, own))];
}

const count = (of: unknown, name: string): number | undefined => {
  const value = numberOf(of, name);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < 1e12 ? value : undefined;
};

/** It ended by itself, but its last answer was cut off, empty or refused: it may be asked again. */
const brokenOff = (problem: string, text: string): AgentOutput => ({
  kind: 'unreadable',
  problems: `Your last answer could not be used (${problem || 'it broke off'}). Give the result, one JSON object in a \`\`\`json block.`,
  excerpt: text.slice(-2000),
});

/** Its messages wrap what the provider said, which is JSON where the CLI doesn't know better. */
function readMessage(message: string): { readonly status?: number | undefined; readonly words: string } {
  const body = /\[API Error: ([\s\S]*)\]/.exec(message)?.[1] ?? message;
  try {
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    const words = [textOf(error, 'message'), textOf(error, 'status')].filter(Boolean).join(' ');
    return { status: numberOf(error, 'code'), words: words || body };
  } catch {
    return { words: body };
  }
}

/**
 * Reads on standard error why a request is tried again: one line, or several where the provider's own words have more
 * than one, from "Attempt 1 failed" to "Retrying".
 */
function retries(): (line: string) => Trouble | undefined {
  let words: string | undefined;
  return (line) => {
    if (/^Attempt \d+ failed/.test(line)) words = '';
    if (words === undefined) return undefined;
    words = `${words}${line}\n`;
    const retrying = /Retrying (?:with backoff|after (\d{1,12})ms)/.exec(line);
    const over = retrying !== null || /Max attempts reached/.test(line) || words.length > 4000;
    const all = words;
    if (over) words = undefined;
    if (retrying === null) return undefined;
    const status = /failed with status (\d+)/.exec(all)?.[1];
    const kind = kindOfStatus(status === undefined ? undefined : Number(status)) ?? kindOfWords(all);
    const afterMs = retrying[1] === undefined ? undefined : Number(retrying[1]);
    return troubleOf(kind ?? 'overloaded', NAME, all, kind === 'rate-limit' ? afterMs : undefined);
  };
}
