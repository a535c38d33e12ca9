import { z } from 'zod';
import { type AgentEvent, agentEventSchema } from '../domain/agent-protocol.ts';

/** What a line of an agent's standard output is. */
export type EventLine =
  | { readonly kind: 'event'; readonly event: AgentEvent }
  /** An object of a known type that its schema refuses. */
  | { readonly kind: 'bad-event'; readonly type: AgentEvent['type']; readonly problems: string }
  | { readonly kind: 'log' };

const KNOWN_TYPES = new Set<unknown>(
  agentEventSchema.options.flatMap((option) => [...option.shape.type.values]),
);

/** Reads a line; whatever is no JSON object with a known `type` is log. Never throws. */
export function readEventLine(line: string): EventLine {
  // Most log lines are told from events without parsing them.
  if (!line.trimStart().startsWith('{')) return { kind: 'log' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'log' };
  }
  const { type } = value as { type: AgentEvent['type'] };
  if (!KNOWN_TYPES.has(type)) return { kind: 'log' };
  const parsed = agentEventSchema.safeParse(value);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  return { kind: 'bad-event', type, problems: z.prettifyError(parsed.error) };
}
