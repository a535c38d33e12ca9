import type { TroubleKind } from '../domain/agent-trouble.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { kindOfProse, troubleOf } from './classify-trouble.ts';
import { retryAfterIn } from './retry-after.ts';

/** An error's message and the lines of its stack. */
const MOST_LINES = 20;
const STACK = /^\s+at |^\s*$/;

/** What a program logged last: many agents tell in words alone that the provider doesn't let them work. */
export class LastWords {
  #lines: { readonly text: string; readonly at: number }[] = [];

  push(text: string): void {
    if (STACK.test(text)) return;
    this.#lines.push({ text, at: Date.now() });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  /** It went on: what it said before has passed. */
  clear(): void {
    this.#lines = [];
  }

  /**
   * The trouble that the words tell of, the last one.
   *
   * @param name - of the program, for people
   * @param only - the kind that counts. Default: any
   */
  trouble(name: string, only?: TroubleKind): AgentOutput[] {
    for (let index = this.#lines.length - 1; index >= 0; index -= 1) {
      const { text, at } = this.#lines[index] ?? { text: '', at: 0 };
      const kind = kindOfProse(text);
      if (kind === undefined || (only !== undefined && kind !== only)) continue;
      const words = this.#lines
        .slice(index)
        .map((line) => line.text)
        .join('\n');
      const asked = retryAfterIn(words, at);
      const left = asked === undefined ? undefined : Math.max(0, asked - (Date.now() - at));
      return [agentOutput.trouble(troubleOf(kind, name, words, left))];
    }
    return [];
  }
}
