import { createHash } from 'node:crypto';
import { answersIn, lastUserText, workingDirectory } from './conversation.ts';
import type { ModelTurn } from './model-turn.ts';
import type { ReadRequest, WireFormat } from './wire-format.ts';

/** Makes turns of requests, and knows which of them came before. */
export class Turns {
  readonly #attempts = new Map<string, number>();

  /** The turn that this request is. */
  of(format: WireFormat, read: ReadRequest, signal: AbortSignal): ModelTurn {
    const { session, apiKey, outputSchema, ...rest } = read;
    const { messages, system } = rest;
    const cwd = workingDirectory([system, ...messages.map(({ text }) => text ?? '')]);
    return {
      ...rest,
      format: format.name,
      number: answersIn(messages) + 1,
      attempt: this.#attempt([format.name, session, system, messages]),
      lastUserText: lastUserText(messages),
      ...(outputSchema === undefined ? {} : { outputSchema }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(cwd === undefined ? {} : { cwd }),
      signal,
    };
  }

  /** A request that is sent again says the same in the same conversation. */
  #attempt(said: readonly unknown[]): number {
    const key = createHash('sha256').update(JSON.stringify(said)).digest('base64');
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    return attempt;
  }
}
