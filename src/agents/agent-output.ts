import type { AgentEvent } from '../domain/agent-protocol.ts';
import type { Trouble } from '../domain/agent-trouble.ts';
import type { Usage } from '../domain/prices.ts';

/** What a piece of an agent's output means, whatever tool wrote it. */
export type AgentOutput =
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
export const agentOutput = {
  event: (event: AgentEvent): AgentOutput => ({ kind: 'event', event }),
  session: (id: string): AgentOutput => ({ kind: 'event', event: { type: 'session', id } }),
  /** What an agent does, in any length: it is cut once secrets are out of it. */
  progress: (note: string): AgentOutput => ({ kind: 'event', event: { type: 'progress', note } }),
  result: (result: unknown): AgentOutput => ({ kind: 'event', event: { type: 'result', result } }),
  trouble: (trouble: Trouble): AgentOutput => ({ kind: 'trouble', trouble, fatal: false }),
  /** Trouble that the tool would sit out, holding a slot: the run is ended for it. */
  fatal: (trouble: Trouble): AgentOutput => ({ kind: 'trouble', trouble, fatal: true }),
  /** Totals of the session; undefined is unknown. */
  usage: ({ inputTokens, cachedInputTokens, outputTokens, costUsd }: Usage): AgentOutput => ({
    kind: 'event',
    event: {
      type: 'usage',
      ...(inputTokens !== undefined && { inputTokens }),
      ...(cachedInputTokens !== undefined && { cachedInputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
      ...(costUsd !== undefined && { costUsd }),
    },
  }),
  alive: { kind: 'alive' } as AgentOutput,
  noSession: { kind: 'no-session' } as AgentOutput,
  overBudget: { kind: 'over-budget' } as AgentOutput,
} as const;

/** Of what is in the way, for people. */
const TROUBLE_LENGTH = 2000;
/** Of a note of progress, as the agent protocol has it. */
const NOTE_LENGTH = 500;

/** As long as people read it. Cut only once secrets are out of it, so that no half of one stays. */
export const shortTrouble = (trouble: Trouble): Trouble => ({
  ...trouble,
  message: trouble.message.slice(0, TROUBLE_LENGTH),
});

/** As the agent protocol has it: a note of progress is one line. Cut only once secrets are out of it. */
export function shortEvent(event: AgentEvent): AgentEvent {
  if (event.type !== 'progress') return event;
  const line = event.note.replace(/\s+/g, ' ').trim();
  const note = line.length > NOTE_LENGTH ? `${line.slice(0, NOTE_LENGTH - 1)}…` : line || '(no words)';
  return { ...event, note };
}
