import { basename, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { field, listOf, numberOf, textOf } from './cli-process.ts';

/** An agent may tell the rest of a loaded session's history after it said that it was loaded (Gemini CLI 0.61). */
const REPLAY_QUIET_MS = 300;
/** One that never stops telling is asked all the same. */
const LONGEST_REPLAY_MS = 10_000;

/** A message goes no further than this: a result has at most a mebibyte, and some models don't stop. */
const LONGEST_TEXT = 1024 * 1024;

/** A stretch of one kind of text, which comes in pieces. */
interface Stretch {
  readonly kind: string;
  readonly id: string;
  text: string;
}

/** Reads what an agent of the Agent Client Protocol tells of its session (`session/update`); one for each run. */
export class AcpUpdates {
  /** Whose updates count, once it is known: agents tell of the sessions of their helpers too. */
  sessionId: string | undefined;
  readonly #cwd: string;
  readonly #keep: (json: string) => void;
  #stretch: Stretch | undefined;
  #message = { id: '', text: '' };
  /** The note that was last told of a tool call, by its id. */
  readonly #told = new Map<string, string>();
  #replayed = 0;
  #replaying = false;
  #lastAt = 0;

  /** `keep` gets what belongs into the transcript, the pieces of a text joined: half of a secret would not be found. */
  constructor(cwd: string, keep: (json: string) => void) {
    this.#cwd = cwd;
    this.#keep = keep;
  }

  /** The agent's last message that holds more than space. */
  get message(): string {
    return this.#message.text;
  }

  /** What the parameters of `session/update` mean. */
  read(params: unknown): readonly AgentOutput[] {
    this.#lastAt = performance.now();
    const update = field(params, 'update');
    const kind = textOf(update, 'sessionUpdate');
    if (this.sessionId !== undefined && this.sessionId !== textOf(params, 'sessionId'))
      return [this.#unread(kind, params)];
    if (kind === 'usage_update') return [this.#kept(update), usageOf(update)];
    if (this.#replaying) {
      this.#replayed++;
      return [agentOutput.alive];
    }
    switch (kind) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
      case 'user_message_chunk':
        return this.#piece(kind, update);
      case 'tool_call':
      case 'tool_call_update':
        return [...this.end(), this.#kept(update), this.#tool(update)];
      case 'plan':
        return [...this.end(), this.#kept(update), planOf(update)];
      default:
        return [this.#unread(kind, update)];
    }
  }

  /** The tool call that a permission is asked for: with some agents the first that is told of it. */
  asked(toolCall: unknown): readonly AgentOutput[] {
    return [...this.end(), this.#tool(toolCall)];
  }

  /** The text that came in pieces is whole. */
  end(): readonly AgentOutput[] {
    const stretch = this.#stretch;
    this.#stretch = undefined;
    if (stretch === undefined) return [];
    const { kind, id, text } = stretch;
    this.#kept({ sessionUpdate: kind, content: { type: 'text', text } });
    if (kind !== 'agent_message_chunk' || text.trim() === '') return [];
    const goesOn = id !== '' && id === this.#message.id;
    this.#message = { id, text: goesOn ? this.#message.text + text : text };
    return [agentOutput.progress(text)];
  }

  /**
   * What is told while `load` goes on, and until the agent is quiet, is history: it is no sign of what this run does.
   *
   * @returns what `load` answered, and how many updates were history
   */
  async replay<T>(load: () => Promise<T>): Promise<{ readonly answer: T; readonly updates: number }> {
    this.#replaying = true;
    try {
      const answer = await load();
      const loadedAt = performance.now();
      const quietAt = () =>
        Math.min(Math.max(this.#lastAt, loadedAt) + REPLAY_QUIET_MS, loadedAt + LONGEST_REPLAY_MS);
      for (let left = quietAt() - performance.now(); left > 0; left = quietAt() - performance.now())
        await sleep(left);
      return { answer, updates: this.#replayed };
    } finally {
      this.#replaying = false;
    }
  }

  #kept(update: unknown): AgentOutput {
    this.#keep(JSON.stringify({ update }));
    return agentOutput.alive;
  }

  #unread(kind: string, update: unknown): AgentOutput {
    return kind.endsWith('_chunk') ? agentOutput.alive : this.#kept(update);
  }

  #piece(kind: string, update: unknown): readonly AgentOutput[] {
    const id = textOf(update, 'messageId');
    const text = textOf(update, 'content', 'text');
    if (this.#stretch?.kind === kind && this.#stretch.id === id) {
      if (this.#stretch.text.length < LONGEST_TEXT) this.#stretch.text += text;
      return [agentOutput.alive];
    }
    const before = this.end();
    this.#stretch = { kind, id, text };
    return [...before, agentOutput.alive];
  }

  /** A tool call is told when it begins, when more is known of it, and when it failed. */
  #tool(update: unknown): AgentOutput {
    const id = textOf(update, 'toolCallId');
    const status = textOf(update, 'status');
    const before = this.#told.get(id);
    const title = textOf(update, 'title').replaceAll(`${this.#cwd}/`, '') || (before ?? 'a tool');
    const path = textOf(update, 'locations', 0, 'path');
    const inside = relative(this.#cwd, resolve(this.#cwd, path));
    const where = title.includes(basename(path)) ? '' : inside.startsWith('..') ? path : inside;
    const note = `${title}${where === '' ? '' : `: ${where}`}${status === 'failed' ? ' (failed)' : ''}`;
    if (note === before || (status === 'completed' && before !== undefined)) return agentOutput.alive;
    this.#told.set(id, note);
    return agentOutput.progress(note);
  }
}

function planOf(update: unknown): AgentOutput {
  const entries = listOf(update, 'entries');
  const done = entries.filter((entry) => textOf(entry, 'status') === 'completed').length;
  const now = entries.find((entry) => textOf(entry, 'status') === 'in_progress');
  const doing = now === undefined ? '' : `: ${textOf(now, 'content')}`;
  return agentOutput.progress(`plan, ${done} of ${entries.length} done${doing}`);
}

/**
 * The session's cost; 0 is what is told where the price isn't known (opencode 1.18), so it is unknown. Its tokens aren't told: `used` is what is in the context now, and what agents answer to a
 * prompt beside it is the last request's with some, the turn's with others.
 */
function usageOf(update: unknown): AgentOutput {
  const costUsd = numberOf(update, 'cost', 'amount');
  const known = costUsd !== undefined && costUsd > 0 && textOf(update, 'cost', 'currency') === 'USD';
  return known ? agentOutput.usage({ costUsd }) : agentOutput.alive;
}
