import type { AgentEvent } from '../domain/agent-protocol.ts';
import type { Trouble } from '../domain/agent-trouble.ts';
import type { Usage } from '../domain/prices.ts';

/** What a piece of an agent's output means, whatever tool wrote it. */
export type Said =
  /** In the words of the agent protocol. The result is in it as the agent gave it: its schema is looked at later. */
  | { readonly kind: 'event'; readonly event: AgentEvent }
  /** A result that can't even be looked at; `problems` is written for the agent to read. */
  | { readonly kind: 'unreadable'; readonly problems: string; readonly excerpt: string }
  /** Nothing to be told, but the agent is at work. */
  | { readonly kind: 'alive' }
  /** What is in the way of the work; said again it replaces the former. `fatal`: no use in waiting for its end. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly fatal: boolean }
  /** The trouble said before has passed: the tool tried again and went on. */
  | { readonly kind: 'trouble-passed' }
  /** The session that was to go on isn't known. */
  | { readonly kind: 'no-session' }
  /** It stopped itself, since the budget of one run is used up. */
  | { readonly kind: 'over-budget' };

/** The shape that most tools need. */
export const said = {
  event: (event: AgentEvent): Said => ({ kind: 'event', event }),
  session: (id: string): Said => ({ kind: 'event', event: { type: 'session', id } }),
  /** What an agent does, at most 500 characters of it. */
  progress: (note: string): Said => ({
    kind: 'event',
    event: { type: 'progress', note: oneLine(note) },
  }),
  result: (result: unknown): Said => ({ kind: 'event', event: { type: 'result', result } }),
  trouble: (trouble: Trouble): Said => ({ kind: 'trouble', trouble: short(trouble), fatal: false }),
  /** Trouble that the tool would sit out, holding a slot: the run is ended for it. */
  fatal: (trouble: Trouble): Said => ({ kind: 'trouble', trouble: short(trouble), fatal: true }),
  /** Totals of the session; undefined is unknown. */
  usage: ({ inputTokens, cachedInputTokens, outputTokens, costUsd }: Usage): Said => ({
    kind: 'event',
    event: {
      type: 'usage',
      ...(inputTokens !== undefined && { inputTokens }),
      ...(cachedInputTokens !== undefined && { cachedInputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
      ...(costUsd !== undefined && { costUsd }),
    },
  }),
  alive: { kind: 'alive' } as Said,
  noSession: { kind: 'no-session' } as Said,
  overBudget: { kind: 'over-budget' } as Said,
} as const;

const short = (trouble: Trouble): Trouble => ({ ...trouble, message: trouble.message.slice(0, 2000) });

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line === '' ? '(no words)' : line;
};
