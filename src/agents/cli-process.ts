import type { TroubleKind } from '../domain/agent-trouble.ts';
import { fileBelow } from '../files/below.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import type { AgentProcess } from './agent-process.ts';
import { kindOfWords, troubleOf } from './classify-trouble.ts';
import { readLines } from './line-splitter.ts';
import type { AgentRunRequest } from './runner.ts';

/** What the lines of a CLI's JSON output mean; one for each run. */
export interface CliReader {
  /** One object of its standard output. */
  event(event: CliEvent): readonly AgentOutput[];
  /** A line of its standard error. Default: it says nothing before the end. */
  errorLine?(text: string): readonly AgentOutput[];
  /** What the end means, where the events told no end. Default: by what was said last on standard error. */
  ended?(exit: { readonly code: number | null; readonly lastWords: string }): readonly AgentOutput[];
}

/** Any JSON object; readers look for what they know and let the rest pass. */
export type CliEvent = Readonly<Record<string, unknown>>;

/** A CLI that takes its prompt on standard input and writes one JSON object a line. */
export interface CliCall {
  /** Its name, for messages. */
  readonly name: string;
  readonly program: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly prompt: string;
  /** A remark for the transcript on how it is started. */
  readonly note?: string;
  readonly reader: CliReader;
}

/** The process of such a CLI. */
export function cliProcess({ name, program, env = {}, prompt, note, reader }: CliCall): AgentProcess {
  // What a CLI says when it can't start is a line or two at the end.
  let lastWords: string[] = [];
  let ended = false;
  return {
    program,
    env,
    prompt,
    ...(note !== undefined && { note }),
    async talk(streams) {
      streams.write(prompt);
      streams.close();
      await readLines(streams.output, async ({ text, cut }) => {
        streams.conversation.countLine();
        streams.raw(text);
        const event = cut ? undefined : jsonObject(text);
        if (event === undefined) {
          lastWords = [...lastWords, text].slice(-5);
          return await streams.report(agentOutput.alive);
        }
        for (const output of reader.event(event)) {
          if (output.kind === 'event' && output.event.type === 'result') ended = true;
          await streams.report(output);
        }
      });
    },
    errorLine(text) {
      lastWords = [...lastWords, text].slice(-5);
      return reader.errorLine?.(text) ?? [];
    },
    ended({ code }) {
      if (ended) return [];
      const words = lastWords.join('\n');
      return reader.ended?.({ code, lastWords: words }) ?? endedWith(name, code, words);
    },
  };
}

/** A CLI that ended with an error and had said nothing of it in its events. */
export function endedWith(name: string, code: number | null, words: string): AgentOutput[] {
  if (code === null || code === 0) return [];
  const kind: TroubleKind | undefined =
    kindOfWords(words) ??
    (/unknown option|unexpected argument|invalid (?:option|value)|usage:/i.test(words)
      ? 'settings'
      : undefined);
  return kind === undefined ? [] : [agentOutput.trouble(troubleOf(kind, name, words))];
}

const jsonObject = (text: string): CliEvent | undefined => {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as CliEvent;
  } catch {
    return undefined;
  }
};

/** A field of an object of unknown shape. */
export const field = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as never)[key] : undefined),
    value,
  );

export const textOf = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : '';
};

/** A figure, or undefined where the CLI told none. */
export const numberOf = (value: unknown, ...path: readonly (string | number)[]): number | undefined => {
  const found = field(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};

export const listOf = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** Writes a file of the CLI's settings into the agent's HOME, and answers its path. */
export async function homeFile({ home }: AgentRunRequest, name: string, content: unknown): Promise<string> {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  return await fileBelow(home, name, text);
}
