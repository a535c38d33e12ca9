import { type AgentEvent, agentEventSchema } from '../domain/agent-protocol.ts';
import { schemaProblems } from '../domain/schema-findings.ts';

/** What a JSON object of an agent's standard output is. */
export type EventLine =
  | { readonly kind: 'event'; readonly event: AgentEvent }
  /** An object of a known type that its schema refuses. */
  | { readonly kind: 'bad-event'; readonly type: AgentEvent['type']; readonly problems: string }
  /** Any other object; `almost`: why it is no event, if it looks like one. `type`: one that no event has. */
  | { readonly kind: 'log'; readonly almost?: string; readonly type?: string };

export const EVENT_TYPES: readonly AgentEvent['type'][] = agentEventSchema.options.flatMap((option) => [
  ...option.shape.type.values,
]);
const RESULT_STATUS: readonly unknown[] = ['done', 'blocked', 'failed'];

/** Reads an object; whatever is no JSON object with a known `type` is log. Never throws. */
export function readEventLine(line: string): EventLine {
  // Most log lines are told from events without parsing them.
  if (!line.trimStart().startsWith('{')) return { kind: 'log' };
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { kind: 'log' };
  }
  const type = EVENT_TYPES.find((known) => known === value.type);
  if (type === undefined) return otherObject(value);
  if (type === 'result' && !('result' in value)) {
    const problems =
      'the event has no `result`: `status` and the fields beside it belong into an object of that name';
    return { kind: 'bad-event', type, problems };
  }
  const parsed = agentEventSchema.safeParse(value);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  return { kind: 'bad-event', type, problems: schemaProblems(parsed.error, value, agentEventSchema) };
}

function otherObject({ type, status }: Record<string, unknown>): EventLine {
  if (type === undefined && RESULT_STATUS.includes(status))
    return {
      kind: 'log',
      almost: 'it has no `type`: a result stands in an event, {"type":"result","result":{…}}',
    };
  if (typeof type !== 'string') return { kind: 'log' };
  const plain = type.toLowerCase().replace(/[^a-z]/g, '');
  const near = EVENT_TYPES.find((known) => known === plain || `${known}s` === plain);
  return near === undefined
    ? { kind: 'log', type }
    : { kind: 'log', almost: `its \`type\` has to be exactly "${near}"` };
}
