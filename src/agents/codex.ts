import type { TroubleKind } from '../domain/agent-trouble.ts';
import { folderBelow } from '../files/below.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type ProcessLimits, runProcess } from './agent-process.ts';
import { kindOfWords, troubleOf } from './classify-trouble.ts';
import { type CliReader, cliProcess, endedWith, field, homeFile, numberOf, textOf } from './cli-process.ts';
import { finalResult } from './final-result.ts';
import { insideOf } from './inside.ts';
import { linkLogin } from './login.ts';
import { promptFor } from './prompt.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';
import { fromStrict, type JsonSchema, toStrict, wrapped } from './wrapped-schema.ts';

const NAME = 'codex';

/** Runs OpenAI's Codex (`codex exec`), known to work with 0.169.0; see docs/agents.md. */
export const createCodexRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: NAME,
  run: (request, host) => runProcess(request, host, () => codexProcess(request), limits),
});
export const codexRunner = createCodexRunner();

async function codexProcess(request: AgentRunRequest) {
  const { role, task } = request;
  if (role.runner !== NAME) throw new Error(`not a role of ${NAME}`);
  await linkLogin(NAME, request);
  const schema = wrapped(task.resultSchema as JsonSchema);
  // Sandboxes are not put into each other.
  const codexSandbox = insideOf(request) === undefined ? 'workspace-write' : 'danger-full-access';
  const temporary = await folderBelow(request.home, 'tmp');
  const schemaFile = await homeFile(request, 'result-schema.json', toStrict(schema));
  return cliProcess({
    name: NAME,
    program: [
      ...(role.command ?? [NAME]),
      'exec',
      ...(task.resume === null ? [] : ['resume']),
      '--json',
      '--skip-git-repo-check',
      ...['-c', `sandbox_mode="${codexSandbox}"`, '-c', 'approval_policy="never"'],
      // No word to anybody but the model's provider.
      ...['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false'],
      ...['--output-schema', schemaFile],
      ...(role.model === undefined ? [] : ['-m', role.model]),
      ...role.args,
      ...(task.resume === null ? [] : [task.resume.sessionId]),
      '-',
    ],
    // Its sandbox calls helpers that it puts into its own folder, and it puts none below the temporary folder: with a home
    // in /tmp, as tests have, and a bubblewrap of the system's, each of its commands failed (0.169.0).
    env: { TMPDIR: temporary },
    prompt: promptFor(task, 'given'),
    reader: codexReader(schema),
  });
}

/** Reads `exec --json`; the result is the last message, in the form of the strict schema. */
export function codexReader(schema: JsonSchema): CliReader {
  let message = '';
  let troubled = false;
  return {
    event(event) {
      switch (event.type) {
        case 'thread.started':
          return [agentOutput.session(textOf(event, 'thread_id'))];
        case 'item.started':
        case 'item.completed': {
          const item = field(event, 'item');
          if (textOf(item, 'type') === 'agent_message') message = textOf(item, 'text');
          const passed: AgentOutput[] = troubled ? [{ kind: 'trouble-passed' }] : [];
          troubled = false;
          return [...passed, doing(item)];
        }
        case 'turn.completed': {
          const read = finalResult(message, (value) => fromStrict(schema, value));
          // The result first: what was paid for counts, whatever it cost.
          return [read, usageOf(field(event, 'usage'))];
        }
        // Said of every retry too; with nobody to connect to there is no end of them.
        case 'error':
          troubled = true;
          return inTheWay(textOf(event, 'message'));
        case 'turn.failed':
          return inTheWay(textOf(event, 'error', 'message'), 'settings');
        default:
          return [agentOutput.alive];
      }
    },
    ended({ code, lastWords }) {
      if (/no rollout found|thread .*not found|session .*not found|no .*conversation/i.test(lastWords))
        return [agentOutput.noSession];
      return endedWith(NAME, code, lastWords);
    },
  };
}

function inTheWay(words: string, otherwise?: TroubleKind): AgentOutput[] {
  const kind = kindOfWords(words) ?? otherwise;
  return kind === undefined ? [] : [agentOutput.trouble(troubleOf(kind, NAME, words))];
}

function doing(item: unknown): AgentOutput {
  switch (textOf(item, 'type')) {
    case 'agent_message':
      return agentOutput.progress(textOf(item, 'text'));
    case 'command_execution':
      return agentOutput.progress(`runs ${textOf(item, 'command')}`);
    case 'file_change':
      return agentOutput.progress('changes files');
    default:
      return agentOutput.alive;
  }
}

/** Totals of the whole thread, also after it was gone on with (measured with 0.169.0). */
const usageOf = (usage: unknown): AgentOutput =>
  agentOutput.usage({
    inputTokens: numberOf(usage, 'input_tokens'),
    cachedInputTokens: numberOf(usage, 'cached_input_tokens'),
    outputTokens: numberOf(usage, 'output_tokens'),
  });
