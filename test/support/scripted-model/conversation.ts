import type { ModelMessage, ToolCall, ToolResult } from './model-turn.ts';

/** A message without its empty parts. */
export function message(
  role: ModelMessage['role'],
  texts: readonly (string | null | undefined)[],
  toolCalls: readonly ToolCall[] = [],
  toolResults: readonly ToolResult[] = [],
): ModelMessage {
  const text = texts.filter((one) => one).join('\n');
  return {
    role,
    ...(text === '' ? {} : { text }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(toolResults.length === 0 ? {} : { toolResults }),
  };
}

/** Formats that send text and each call as items of their own: what one answer said becomes one message. */
export function mergeAnswers(messages: readonly ModelMessage[]): ModelMessage[] {
  const merged: ModelMessage[] = [];
  for (const next of messages) {
    const last = merged.at(-1);
    if (last?.role !== 'assistant' || next.role !== 'assistant') merged.push(next);
    else
      merged[merged.length - 1] = message(
        'assistant',
        [last.text, next.text],
        [...(last.toolCalls ?? []), ...(next.toolCalls ?? [])],
      );
  }
  return merged;
}

/** What CLIs put into the user's mouth: reminders, the environment, a word where there is none. */
const ADDED = /<(system-reminder|environment_context|session_context)>[\s\S]*?<\/\1>|^\(no content\)$/gm;

export function lastUserText(messages: readonly ModelMessage[]): string {
  for (const { role, text } of messages.toReversed()) {
    const own = role === 'user' ? text?.replace(ADDED, '').trim() : undefined;
    if (own) return own;
  }
  return '';
}

/** What CLIs put into the model's mouth when they resume a session whose last answer failed. */
const STAND_INS = ['No response requested.', '[The previous response was interrupted before it completed.]'];

/** How many answers of the model are in it. */
export function answersIn(messages: readonly ModelMessage[]): number {
  const isAnswer = ({ role, text }: ModelMessage) => role === 'assistant' && !STAND_INS.includes(text ?? '');
  return messages.filter(isAnswer).length;
}

/** Where the CLI tells the model it works: Claude Code, Codex, Gemini CLI, opencode. */
const TELLING = [
  /(?:Primary w|W)orking directory: *([^\n]+)/,
  /<cwd>([^<\n]+)<\/cwd>/,
  /Workspace Director(?:y|ies):[* ]*(?:\n *- *)?([^\n]+)/,
];

export function workingDirectory(texts: readonly string[]): string | undefined {
  for (const text of texts)
    for (const telling of TELLING) {
      const found = telling.exec(text)?.[1]?.trim();
      if (found?.startsWith('/')) return found;
    }
  return undefined;
}

/** JSON that a format sends as text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The key in an `Authorization` header. */
export function bearer(header: string | undefined): string | undefined {
  return header?.replace(/^Bearer +/i, '');
}
