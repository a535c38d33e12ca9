import { z } from 'zod';
import { bearer, message } from './conversation.ts';
import type { ErrorStatus } from './model-turn.ts';
import type { Reply, StreamEvent, WireFormat } from './wire-format.ts';

const block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().optional(),
});
const content = z
  .union([z.string().transform((text) => [block.parse({ type: 'text', text })]), z.array(block)])
  .default([]);
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  system: content,
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: z.unknown().optional() })).default([]),
  output_config: z
    .looseObject({ format: z.looseObject({ schema: z.unknown().optional() }).nullish() })
    .optional(),
});

const errors: Record<ErrorStatus, readonly [type: string, message: string]> = {
  400: ['invalid_request_error', 'messages: at least one message is required'],
  401: ['authentication_error', 'invalid x-api-key'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
  404: ['not_found_error', 'model: {model}'],
  429: ['rate_limit_error', "This request would exceed your organization's rate limit."],
  500: ['api_error', 'Internal server error'],
  503: ['api_error', 'Service unavailable'],
  529: ['overloaded_error', 'Overloaded'],
};

/** Claude Code's tool for an answer by schema. */
export const STRUCTURED_OUTPUT = 'StructuredOutput';

export const anthropicMessages: WireFormat = {
  name: 'anthropic-messages',
  matches: (path) => path.endsWith('/messages'),
  read: ({ headers, body: sent }) => {
    const { model, stream, system, messages, tools, output_config } = body.parse(sent);
    const textsOf = (blocks: z.infer<typeof content>) => blocks.map(({ text }) => text);
    const key = headers['x-api-key'];
    return {
      model,
      stream,
      system: [system, ...messages.filter(({ role }) => role === 'system').map((one) => one.content)]
        .flatMap(textsOf)
        .join('\n'),
      messages: messages.flatMap(({ role, content: blocks }) =>
        role === 'system' ? [] : [message(role, textsOf(blocks), callsIn(blocks), resultsIn(blocks))],
      ),
      tools: tools.map(({ name, input_schema }) => ({ name, inputSchema: input_schema })),
      outputSchema:
        tools.find(({ name }) => name === STRUCTURED_OUTPUT)?.input_schema ?? output_config?.format?.schema,
      apiKey: typeof key === 'string' ? key : bearer(headers.authorization),
      session: headers['x-claude-code-session-id']?.toString(),
    };
  },
  whole: (reply) => ({
    ...frame(reply),
    content: blocksOf(reply),
    stop_reason: stopReason(reply),
    usage: { ...promptUsage(reply), output_tokens: reply.usage.outputTokens },
  }),
  events: (reply) => [
    ...started(reply),
    ...blocksOf(reply).flatMap((one, index) => blockEvents(one, index)),
    event('message_delta', {
      delta: { stop_reason: stopReason(reply), stop_sequence: null },
      usage: { output_tokens: reply.usage.outputTokens },
    }),
    event('message_stop', {}),
  ],
  opening: (reply) => [
    ...started(reply),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ],
  piece: (_, text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  failure: ({ status, message: said, model }) => {
    const [type, usual] = errors[status];
    return {
      type: 'error',
      error: { type, message: said ?? usual.replace('{model}', model) },
      request_id: 'req_scripted',
    };
  },
};

const callsIn = (blocks: z.infer<typeof content>) =>
  blocks.flatMap(({ type, id, name, input }) =>
    type === 'tool_use' && id !== undefined && name !== undefined ? [{ id, name, input }] : [],
  );

const resultsIn = (blocks: z.infer<typeof content>) =>
  blocks.flatMap((one) => {
    if (one.type !== 'tool_result' || one.tool_use_id === undefined) return [];
    const text = content
      .parse(one.content)
      .map((inner) => inner.text ?? `[${inner.type}]`)
      .join('\n');
    return [{ id: one.tool_use_id, text, ...(one.is_error === undefined ? {} : { isError: one.is_error }) }];
  });

function event(type: string, data: object): StreamEvent {
  return { event: type, data: { type, ...data } };
}

function frame({ id, model }: Reply) {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null };
}

function started(reply: Reply): StreamEvent[] {
  const usage = { ...promptUsage(reply), output_tokens: 1 };
  return [event('message_start', { message: { ...frame(reply), content: [], stop_reason: null, usage } })];
}

/** Here the prompt's tokens are counted without those from the cache. */
function promptUsage({ usage: { inputTokens, cachedInputTokens } }: Reply) {
  return {
    input_tokens: inputTokens - cachedInputTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation_input_tokens: 0,
  };
}

type Block = { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown };

function blocksOf({ text, call }: Reply): Block[] {
  return [
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
    ...(call === undefined
      ? []
      : [{ type: 'tool_use' as const, id: `toolu_${call.id}`, name: call.name, input: call.input }]),
  ];
}

function blockEvents(one: Block, index: number): StreamEvent[] {
  const [empty, delta] =
    one.type === 'text'
      ? [
          { ...one, text: '' },
          { type: 'text_delta', text: one.text },
        ]
      : [
          { ...one, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(one.input) },
        ];
  return [
    event('content_block_start', { index, content_block: empty }),
    event('content_block_delta', { index, delta }),
    event('content_block_stop', { index }),
  ];
}

function stopReason({ call }: Reply) {
  return call === undefined ? 'end_turn' : 'tool_use';
}
