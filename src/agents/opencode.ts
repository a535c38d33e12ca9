import { stripVTControlCharacters } from 'node:util';
import type { TroubleKind } from '../domain/agent-trouble.ts';
import { plus, type Usage } from '../domain/prices.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type ProcessLimits, runProcess } from './agent-process.ts';
import { kindOfStatus, kindOfWords, troubleOf } from './classify-trouble.ts';
import {
  type CliEvent,
  type CliReader,
  cliProcess,
  endedWith,
  field,
  numberOf,
  textOf,
} from './cli-process.ts';
import { finalResult } from './final-result.ts';
import { linkLogin } from './login.ts';
import { promptFor } from './prompt.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';

const NAME = 'opencode';

/** Runs opencode (`opencode run --format json`), known to work with 1.18.33; see docs/agents.md. */
export const createOpencodeRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: NAME,
  run: (request, host) => runProcess(request, host, () => opencodeProcess(request), limits),
});
export const opencodeRunner = createOpencodeRunner();

async function opencodeProcess(request: AgentRunRequest) {
  const { role, task } = request;
  if (role.runner !== NAME) throw new Error(`not a role of ${NAME}`);
  await linkLogin(NAME, request);
  return cliProcess({
    name: NAME,
    program: [
      ...(role.command ?? [NAME]),
      'run',
      ...['--format', 'json', '--thinking'],
      // Nobody is there to be asked. What the repository's own settings deny stays denied.
      '--auto',
      // Only the log tells that a request is tried again, and why.
      ...['--print-logs', '--log-level', 'ERROR'],
      ...(role.model === undefined ? [] : ['--model', role.model]),
      // Without a title it asks the model for one, which is in no figures.
      ...(task.resume === null ? ['--title', titleOf(task)] : ['--session', task.resume.sessionId]),
      ...role.args,
    ],
    env: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(SETTINGS),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_SHARE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
    prompt: promptFor(task, 'prompt'),
    reader: opencodeReader(request),
  });
}

const titleOf = ({ feature, packet }: AgentRunRequest['task']): string =>
  packet === null ? feature.id : `${feature.id}/${packet.id}`;

/** They come before the repository's own (`opencode.json`), of which the rest stays in force: providers, models, rules. */
const SETTINGS = {
  autoupdate: false,
  share: 'disabled',
  // Baton commits; a second history of the tree costs time at every step.
  snapshot: false,
  permission: {
    external_directory: 'deny',
    // A sub-agent works without a word, which looks like a stall, and its tokens are told nowhere.
    task: 'deny',
  },
};

/** Reads `--format json`, where the end of the process is the end of the work, and the log on standard error. */
export function opencodeReader({ spent }: Pick<AgentRunRequest, 'spent'>): CliReader & {
  errorLine(text: string): readonly AgentOutput[];
} {
  let session = '';
  /** What it said in its last step: it holds the result. */
  let text = '';
  let steps = 0;
  /** The last tool call, where it was refused. */
  let refused = '';
  /** The last error in the log; an event may tell less. */
  let logged = '';
  /** The error that it has given up for; the log may be read after it. */
  let failed = '';
  let troubled = false;
  /** Whether the total has grown since it was told. */
  let untold = false;
  let total: Usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costUsd: 0, ...spent };
  const passed = (): AgentOutput[] => {
    if (!troubled) return [];
    troubled = false;
    return [{ kind: 'trouble-passed' }];
  };
  const trouble = (kind: TroubleKind, words: string, afterMs?: number): AgentOutput[] => {
    troubled = true;
    return [agentOutput.trouble(troubleOf(kind, NAME, words, afterMs))];
  };
  const begun = (id: string): AgentOutput[] => {
    if (session !== '' || id === '' || id.length > 200) return [];
    session = id;
    return [agentOutput.session(id)];
  };
  const told = (): AgentOutput[] => {
    if (!untold) return [];
    untold = false;
    return [agentOutput.usage(total)];
  };
  const read = (event: CliEvent): AgentOutput[] => {
    const part = field(event, 'part');
    switch (event.type) {
      case 'step_start':
        text = '';
        failed = '';
        return [...told(), agentOutput.alive];
      case 'tool_use':
        refused = refusalIn(part);
        return [...passed(), doing(part)];
      case 'text':
        text += textOf(part, 'text');
        refused = '';
        return [...passed(), agentOutput.progress(textOf(part, 'text'))];
      case 'step_finish':
        steps++;
        total = plus(total, usageOf(part));
        untold = true;
        // Of the last step the result comes first: what was paid for counts, whatever it cost.
        return [...passed(), ...(textOf(part, 'reason') === 'tool-calls' ? told() : [agentOutput.alive])];
      case 'error': {
        const { kind, words, afterMs } = readError(field(event, 'error'));
        failed = words;
        return kind === undefined ? [...passed(), agentOutput.alive] : trouble(kind, words, afterMs);
      }
      default:
        return [agentOutput.alive];
    }
  };
  return {
    event: (event) => [...begun(textOf(event, 'sessionID')), ...read(event)],
    errorLine(line) {
      const words = LOGGED.exec(line)?.[1];
      // A small model makes titles and the like: the work goes on without.
      if (words === undefined || line.includes(' small=true ')) return [];
      logged = words;
      if (failed !== '' || !line.includes('message="stream error"')) return [];
      const kind = kindOfWords(words) ?? 'overloaded';
      troubled = true;
      const why = troubleOf(kind, NAME, words);
      // It would sit out the provider's wish to be left alone, holding a slot.
      return [
        ...begun(SESSION.exec(line)?.[1] ?? ''),
        kind === 'rate-limit' ? agentOutput.fatal(why) : agentOutput.trouble(why),
      ];
    },
    ended({ code, lastWords }) {
      const words = stripVTControlCharacters(lastWords);
      if (session === '' && /Session not found/i.test(words)) return [agentOutput.noSession];
      if (code === 0) {
        if (text === '' && refused !== '') return [...trouble('permission', refused), ...told()];
        return steps === 0 && text === '' ? [] : [finalResult(text), ...told()];
      }
      if (troubled || code === null) return told();
      if (HELP.test(words))
        return trouble('settings', 'nothing but its help: it knows not all of its arguments.');
      if (/Configuration is invalid|^↳/m.test(words)) return trouble('settings', words);
      return [...endedWith(NAME, code, [logged || words, failed].filter(Boolean).join('\n')), ...told()];
    },
  };
}

/** How it lists its options. */
const HELP = /^ .*\[(?:boolean|string|number|array)\]/m;

/** What an error in the log says, in quotes. */
const LOGGED = /\blevel=ERROR\b.*?\berror(?:\.error)?="((?:[^"\\]|\\.)*)"/;
const SESSION = /\bsession\.id=(\w+)/;

/** What it does, in words for people. */
function doing(part: unknown): AgentOutput {
  const what = ['filePath', 'command', 'pattern', 'path', 'url', 'description']
    .map((key) => textOf(part, 'state', 'input', key))
    .find((words) => words !== '');
  const name = textOf(part, 'tool');
  return agentOutput.progress(what === undefined ? name : `${name}: ${what}`);
}

/** Why a tool was refused, or nothing. After a refusal by a person, which nobody is there for, it ends without a word. */
function refusalIn(part: unknown): string {
  const error = textOf(part, 'state', 'error');
  if (!/rejected permission|rule which prevents/i.test(error)) return '';
  return `it may not use ${textOf(part, 'tool')}. ${error}`;
}

/** Figures of one step. It tells the price 0 where it knows none (measured with 1.18.33), so 0 is unknown. */
function usageOf(part: unknown): Usage {
  const [input, output] = [figure(part, 'tokens', 'input'), figure(part, 'tokens', 'output')];
  const read = figure(part, 'tokens', 'cache', 'read');
  const cost = numberOf(part, 'cost');
  return {
    inputTokens:
      input === undefined ? undefined : input + (read ?? 0) + (figure(part, 'tokens', 'cache', 'write') ?? 0),
    cachedInputTokens: read,
    outputTokens: output === undefined ? undefined : output + (figure(part, 'tokens', 'reasoning') ?? 0),
    costUsd: cost !== undefined && (cost > 0 || input === 0) && cost < 1e9 ? cost : undefined,
  };
}

const figure = (of: unknown, ...path: readonly string[]): number | undefined => {
  const value = numberOf(of, ...path);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < 1e12 ? value : undefined;
};

/** It comes after the last try of those that it makes itself. */
function readError(error: unknown): {
  readonly kind: TroubleKind | undefined;
  readonly words: string;
  readonly afterMs?: number | undefined;
} {
  const words = textOf(error, 'data', 'message') || textOf(error, 'name') || 'an error';
  const kind =
    kindOfStatus(numberOf(error, 'data', 'statusCode')) ??
    (textOf(error, 'name') === 'ProviderAuthError' ? 'not-logged-in' : kindOfWords(words)) ??
    (field(error, 'data', 'isRetryable') === true ? 'overloaded' : undefined);
  const seconds = Number.parseFloat(textOf(error, 'data', 'responseHeaders', 'retry-after'));
  return { kind, words, afterMs: seconds >= 0 && seconds < 1e9 ? Math.round(seconds * 1000) : undefined };
}
