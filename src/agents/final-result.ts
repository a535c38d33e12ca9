import { type AgentOutput, agentOutput } from './agent-output.ts';
import { isTooDeep, TOO_DEEP } from './json-depth.ts';
import { unwrap } from './wrapped-schema.ts';

const FENCE = /```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*```/g;

/**
 * The result in an agent's last message, where its CLI has no way of its own to give one: the last fenced block that
 * is a JSON object, else the whole message.
 *
 * @param read - brings the object into the form of the schema; default: as it is
 */
export function finalResult(
  message: string,
  read: (value: unknown) => unknown = (value) => value,
): AgentOutput {
  const blocks = [...message.matchAll(FENCE)].map(([, body]) => body ?? '').reverse();
  for (const text of [...blocks, message]) {
    const value = objectIn(text);
    if (value === undefined) continue;
    if (isTooDeep(value)) return { kind: 'unreadable', problems: TOO_DEEP, excerpt: '' };
    return agentOutput.result(unwrap(read(value)));
  }
  return {
    kind: 'unreadable',
    problems:
      message.trim() === ''
        ? 'Your last message was empty: it has to hold the result, one JSON object in a ```json block.'
        : 'Your last message holds no JSON object: the result has to be one, in a ```json block, with nothing after it.',
    excerpt: message.slice(-2000),
  };
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
