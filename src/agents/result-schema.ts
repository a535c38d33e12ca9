import { z } from 'zod';
import { type AgentResult, resultSchemas } from '../domain/agent-protocol.ts';
import type { Phase } from '../domain/phase.ts';
import { schemaFindings } from '../domain/schema-findings.ts';

/** The JSON Schema (draft 7, which the agents' CLIs read) of a phase's result, for the task's `resultSchema`. */
export const resultJsonSchema = (phase: Phase): unknown =>
  z.toJSONSchema(resultSchemas[phase], { io: 'input', target: 'draft-7' });

/** A result that its schema accepts, defaults filled in, or its problems in lines that an agent can act on. */
export function readResult(
  phase: Phase,
  value: unknown,
): { readonly result: AgentResult } | { readonly problems: string } {
  const parsed = resultSchemas[phase].safeParse(value);
  if (parsed.success) return { result: parsed.data as AgentResult };
  const found = schemaFindings(parsed.error, value, resultSchemas[phase]);
  return { problems: found.map(({ message }) => message).join('\n') };
}
