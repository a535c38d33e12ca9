import { plus } from '../domain/prices.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type ProcessLimits, runProcess } from './agent-process.ts';
import { kindOfStatus, kindOfWords, troubleOf } from './classify-trouble.ts';
import { CLAUDE_SANDBOX, noClaudeSandbox } from './claude-sandbox.ts';
import { type CliEvent, type CliReader, cliProcess, field, listOf, numberOf, textOf } from './cli-process.ts';
import { finalResult } from './final-result.ts';
import { insideOf } from './inside.ts';
import { linkLogin } from './login.ts';
import { promptFor } from './prompt.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';
import { type JsonSchema, unwrap, wrapped } from './wrapped-schema.ts';

const NAME = 'claude';

/** Overload and dropped streams mostly pass within these (Claude Code's own back-off, seconds); then Baton decides. */
const MAX_RETRIES = '3';

/** Runs Claude Code (`claude -p`), known to work with 2.1.197; see docs/agents.md. */
export const createClaudeRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: NAME,
  figuresAtEnd: true,
  takesSession: true,
  run: (request, host) => runProcess(request, host, () => claudeProcess(request), limits),
});
export const claudeRunner = createClaudeRunner();

async function claudeProcess(request: AgentRunRequest) {
  const { role, task, sessionId } = request;
  if (role.runner !== NAME) throw new Error(`not a role of ${NAME}`);
  await linkLogin(NAME, request);
  // Sandboxes are not put into each other: what is around the whole of it also holds its own tools.
  const inside = insideOf(request) !== undefined;
  const noSandbox = inside ? "Baton's is around it" : await noClaudeSandbox(role, request);
  return cliProcess({
    name: NAME,
    program: [
      ...(role.command ?? [NAME]),
      '-p',
      ...['--output-format', 'stream-json', '--verbose'],
      // Edits are what the worktree is for, and tests are run by commands; nobody is there to be asked.
      ...['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'],
      ...['--json-schema', JSON.stringify(wrapped(task.resultSchema as JsonSchema))],
      ...(role.model === undefined ? [] : ['--model', role.model]),
      ...(role.budget?.usd === undefined ? [] : ['--max-budget-usd', String(role.budget.usd)]),
      ...(task.resume === null ? [] : ['--resume', task.resume.sessionId]),
      ...(sessionId === undefined ? [] : ['--session-id', sessionId]),
      ...(noSandbox === undefined ? CLAUDE_SANDBOX : []),
      ...role.args,
    ],
    env: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_MAX_RETRIES: MAX_RETRIES,
    },
    prompt: promptFor(task, 'given'),
    note: `claude's own sandbox is ${noSandbox === undefined ? 'on' : `off: ${noSandbox}`}`,
    reader: claudeReader(request),
  });
}

/** Reads `--output-format stream-json`. */
export function claudeReader({ spent }: Pick<AgentRunRequest, 'spent'>): CliReader {
  let troubled = false;
  const trouble = (said_: AgentOutput): AgentOutput[] => {
    troubled = true;
    return [said_];
  };
  const passed = (): AgentOutput[] => {
    if (!troubled) return [];
    troubled = false;
    return [{ kind: 'trouble-passed' }];
  };
  return {
    event(event) {
      switch (event.type) {
        case 'system':
          if (event.subtype === 'init') return [agentOutput.session(textOf(event, 'session_id'))];
          return event.subtype === 'api_retry' ? trouble(retrying(event)) : [agentOutput.alive];
        case 'assistant':
          // An error of the provider comes as a message too; the result tells it again, with its status.
          return event.error === undefined ? [...passed(), ...doings(event)] : [agentOutput.alive];
        case 'result':
          return resultOf(event, spent);
        default:
          return [agentOutput.alive];
      }
    },
  };
}

/** A provider asks in whole seconds; without its wish the CLI tells its own first pause, about half a second. */
const LEAST_WISH_MS = 1000;

/** It goes on by itself, unless it were to sit out the provider's wish to be left alone. */
function retrying(event: CliEvent): AgentOutput {
  const status = numberOf(event, 'error_status');
  const kind = kindOfStatus(status) ?? 'overloaded';
  const words = `${textOf(event, 'error')} (status ${status ?? 'none'})`;
  const delay = kind === 'rate-limit' ? (numberOf(event, 'retry_delay_ms') ?? 0) : 0;
  const trouble = troubleOf(kind, NAME, words, delay < LEAST_WISH_MS ? undefined : delay);
  return kind === 'overloaded' ? agentOutput.trouble(trouble) : agentOutput.fatal(trouble);
}

/** What it does, in words for people. */
function doings(event: CliEvent): AgentOutput[] {
  return listOf(event, 'message', 'content').flatMap((part): AgentOutput[] => {
    if (textOf(part, 'type') === 'text') return [agentOutput.progress(textOf(part, 'text'))];
    if (textOf(part, 'type') !== 'tool_use') return [agentOutput.alive];
    const name = textOf(part, 'name');
    if (name === 'StructuredOutput') return [agentOutput.progress('gives its result')];
    const what = ['file_path', 'command', 'pattern', 'path', 'description']
      .map((key) => textOf(part, 'input', key))
      .find((text) => text !== '');
    return [agentOutput.progress(what === undefined ? name : `${name}: ${what}`)];
  });
}

/** Its figures are of this process alone, also where a session goes on (measured with 2.1.197). */
function usageOf(event: CliEvent, spent: AgentRunRequest['spent']): AgentOutput[] {
  const usage = field(event, 'usage');
  const cached = numberOf(usage, 'cache_read_input_tokens') ?? 0;
  const fresh = numberOf(usage, 'input_tokens');
  const own = {
    inputTokens:
      fresh === undefined
        ? undefined
        : fresh + cached + (numberOf(usage, 'cache_creation_input_tokens') ?? 0),
    cachedInputTokens: cached,
    outputTokens: numberOf(usage, 'output_tokens'),
    costUsd: numberOf(event, 'total_cost_usd'),
  };
  return [
    agentOutput.usage(
      plus({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costUsd: 0, ...spent }, own),
    ),
  ];
}

function resultOf(event: CliEvent, spent: AgentRunRequest['spent']): AgentOutput[] {
  const errors = listOf(event, 'errors').map(String).join('; ');
  const words = textOf(event, 'result') || errors;
  if (event.is_error === true && /No conversation found/i.test(errors)) return [agentOutput.noSession];
  const usage = usageOf(event, spent);
  if (event.subtype === 'error_max_budget_usd') return [...usage, agentOutput.overBudget];
  if (event.is_error === true || event.subtype !== 'success') {
    const kind = kindOfStatus(numberOf(event, 'api_error_status')) ?? kindOfWords(words) ?? 'settings';
    return [...usage, agentOutput.trouble(troubleOf(kind, NAME, words || textOf(event, 'subtype')))];
  }
  // The result first: what was paid for counts, whatever it cost.
  if (event.structured_output !== undefined)
    return [agentOutput.result(unwrap(event.structured_output)), ...usage];
  const denied = listOf(event, 'permission_denials');
  if (denied.length > 0) {
    const what = `it may not use ${[...new Set(denied.map((one) => textOf(one, 'tool_name')))].join(', ')}. ${words}`;
    return [...usage, agentOutput.trouble(troubleOf('permission', NAME, what))];
  }
  return [finalResult(words), ...usage];
}
