import { z } from 'zod';
import { bearer, message, parsed } from './conversation.ts';
import { openaiFailure } from './openai-errors.ts';
import type { Reply, StreamEvent, WireFormat } from './wire-format.ts';

const content = z
  .union([
    z.string().transform((text) => [{ text }]),
    z.array(z.looseObject({ text: z.string().optional() })),
  ])
  .nullish();
const call = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(
    z.looseObject({
      role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
      content,
      tool_calls: z.array(call).nullish(),
      tool_call_id: z.string().optional(),
    }),
  ),
  tools: z
    .array(
      z.looseObject({ function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }) }),
    )
    .default([]),
  response_format: z
    .looseObject({ json_schema: z.looseObject({ schema: z.unknown().optional() }).optional() })
    .nullish(),
});

export const openaiChat: WireFormat = {
  name: 'openai-chat',
  matches: (path) => path.endsWith('/chat/completions'),
  read: ({ headers, body: sent }) => {
    const { model, stream, messages, tools, response_format } = body.parse(sent);
    const said = messages.map((one) => ({ ...one, texts: (one.content ?? []).map((part) => part.text) }));
    return {
      model,
      stream,
      system: said
        .filter(({ role }) => role === 'system' || role === 'developer')
        .flatMap(({ texts }) => texts)
        .join('\n'),
      messages: said.flatMap(({ role, texts, tool_calls, tool_call_id: id }) => {
        if (role === 'system' || role === 'developer') return [];
        if (role !== 'tool') return [message(role, texts, (tool_calls ?? []).map(callOf))];
        return id === undefined ? [] : [message('user', [], [], [{ id, text: texts.join('\n') }])];
      }),
      tools: tools.map((tool) => ({ name: tool.function.name, inputSchema: tool.function.parameters })),
      outputSchema: response_format?.json_schema?.schema,
      apiKey: bearer(headers.authorization),
      session: (headers['x-session-affinity'] ?? headers['x-opencode-session'])?.toString(),
    };
  },
  whole: (reply) => ({
    ...frame(reply),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text ?? null,
          ...(reply.call === undefined ? {} : { tool_calls: [callSent(reply.call)] }),
        },
        finish_reason: finishReason(reply),
      },
    ],
    usage: usage(reply),
  }),
  events: (reply) => [
    ...opening(reply),
    ...(reply.text === undefined ? [] : [piece(reply, reply.text)]),
    ...(reply.call === undefined
      ? []
      : [chunk(reply, { tool_calls: [{ index: 0, ...callSent(reply.call) }] })]),
    chunk(reply, {}, finishReason(reply)),
    { data: { ...frame(reply), object: 'chat.completion.chunk', choices: [], usage: usage(reply) } },
    { data: '[DONE]' },
  ],
  opening,
  piece,
  failure: openaiFailure,
};

const callOf = ({ id, function: { name, arguments: input } }: z.infer<typeof call>) => ({
  id,
  name,
  input: parsed(input),
});

const callSent = ({ id, name, input }: NonNullable<Reply['call']>) => ({
  id: `call_${id}`,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});

function frame({ id, model }: Reply) {
  return { id: `chatcmpl-${id}`, created: 1, model };
}

function opening(reply: Reply): StreamEvent[] {
  return [chunk(reply, { role: 'assistant', content: '' })];
}

function piece(reply: Reply, text: string): StreamEvent {
  return chunk(reply, { content: text });
}

function chunk(reply: Reply, delta: object, finish_reason: string | null = null): StreamEvent {
  const choices = [{ index: 0, delta, finish_reason }];
  return { data: { ...frame(reply), object: 'chat.completion.chunk', choices } };
}

function finishReason({ call: made }: Reply) {
  return made === undefined ? 'stop' : 'tool_calls';
}

function usage({ usage: { inputTokens, outputTokens, cachedInputTokens } }: Reply) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
  };
}
