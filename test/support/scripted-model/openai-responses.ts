import { z } from 'zod';
import { bearer, mergeAnswers, message, parsed } from './conversation.ts';
import type { ModelMessage } from './model-turn.ts';
import { openaiFailure } from './openai-errors.ts';
import type { Reply, StreamEvent, WireFormat } from './wire-format.ts';

const content = z.union([
  z.string().transform((text) => [{ text }]),
  z.array(z.looseObject({ text: z.string().optional() })),
]);
const item = z.looseObject({
  type: z.string().default('message'),
  role: z.string().optional(),
  content: content.nullish(),
  call_id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  input: z.string().optional(),
  output: content.optional(),
});
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  instructions: z.string().nullish(),
  input: z.union([
    z.string().transform((text) => [item.parse({ role: 'user', content: text })]),
    z.array(item),
  ]),
  tools: z
    .array(
      z.looseObject({ type: z.string(), name: z.string().optional(), parameters: z.unknown().optional() }),
    )
    .default([]),
  text: z.looseObject({ format: z.looseObject({ schema: z.unknown().optional() }).nullish() }).nullish(),
  prompt_cache_key: z.string().nullish(),
});
type Item = z.infer<typeof item>;

export const openaiResponses: WireFormat = {
  name: 'openai-responses',
  matches: (path) => path.endsWith('/responses'),
  read: ({ headers, body: sent }) => {
    const { model, stream, instructions, input, tools, text, prompt_cache_key } = body.parse(sent);
    const system = input.filter(({ role }) => role === 'developer' || role === 'system');
    return {
      model,
      stream,
      system: [instructions, ...system.flatMap(textsOf)].filter((one) => one).join('\n'),
      messages: mergeAnswers(input.filter((one) => !system.includes(one)).flatMap(messageOf)),
      tools: tools.map(({ type, name, parameters }) => ({
        name: name ?? type,
        ...(type === 'function' ? { inputSchema: parameters } : {}),
      })),
      outputSchema: text?.format?.schema,
      apiKey: bearer(headers.authorization),
      session: prompt_cache_key ?? undefined,
    };
  },
  whole: (reply) => response(reply, 'completed', itemsOf(reply)),
  events: (reply) => [
    ...started(reply),
    ...itemsOf(reply).flatMap((one, index) => itemEvents(one, index)),
    event('response.completed', { response: response(reply, 'completed', itemsOf(reply)) }),
  ],
  opening: (reply) => [
    ...started(reply),
    event('response.output_item.added', { output_index: 0, item: { ...text(reply, ''), content: [] } }),
  ],
  piece: ({ id }, delta) =>
    event('response.output_text.delta', { item_id: `msg_${id}`, output_index: 0, content_index: 0, delta }),
  failure: openaiFailure,
};

const textsOf = ({ content: parts }: Item) => (parts ?? []).map((part) => part.text);

function messageOf(one: Item): ModelMessage[] {
  const { type, call_id: id, name, output } = one;
  if (type === 'message') return [message(one.role === 'assistant' ? 'assistant' : 'user', textsOf(one))];
  if (id === undefined) return [];
  if (output !== undefined)
    return [message('user', [], [], [{ id, text: output.map((part) => part.text ?? '').join('\n') }])];
  if (name === undefined) return [];
  const input = type === 'function_call' ? parsed(one.arguments ?? '') : one.input;
  return [message('assistant', [], [{ id, name, input }])];
}

function event(type: string, data: object): StreamEvent {
  return { event: type, data: { type, ...data } };
}

function response({ id, model, usage }: Reply, status: string, output: readonly object[]) {
  const { inputTokens, outputTokens, cachedInputTokens } = usage;
  return {
    id: `resp_${id}`,
    object: 'response',
    status,
    model,
    output,
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedInputTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function started(reply: Reply): StreamEvent[] {
  const { usage: _, ...begun } = response(reply, 'in_progress', []);
  return [event('response.created', { response: begun }), event('response.in_progress', { response: begun })];
}

function text({ id }: Reply, said: string) {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: said, annotations: [] }],
  };
}

function call({ id, name, input, freeform }: NonNullable<Reply['call']>) {
  const made = { status: 'completed', call_id: `call_${id}`, name };
  return freeform
    ? { id: `ctc_${id}`, type: 'custom_tool_call', ...made, input: String(input) }
    : { id: `fc_${id}`, type: 'function_call', ...made, arguments: JSON.stringify(input) };
}

type OutputItem = ReturnType<typeof text> | ReturnType<typeof call>;

const itemsOf = (reply: Reply): OutputItem[] => [
  ...(reply.text === undefined ? [] : [text(reply, reply.text)]),
  ...(reply.call === undefined ? [] : [call(reply.call)]),
];

function itemEvents(one: OutputItem, index: number): StreamEvent[] {
  const at = { output_index: index };
  const within = { ...at, item_id: one.id };
  const done = event('response.output_item.done', { ...at, item: one });
  if ('content' in one) {
    const [part] = one.content;
    const first = { ...within, content_index: 0 };
    return [
      event('response.output_item.added', { ...at, item: { ...one, status: 'in_progress', content: [] } }),
      event('response.content_part.added', { ...first, part: { ...part, text: '' } }),
      event('response.output_text.delta', { ...first, delta: part?.text }),
      event('response.output_text.done', { ...first, text: part?.text }),
      event('response.content_part.done', { ...first, part }),
      done,
    ];
  }
  if ('input' in one)
    return [
      event('response.output_item.added', { ...at, item: { ...one, status: 'in_progress', input: '' } }),
      event('response.custom_tool_call_input.delta', { ...within, delta: one.input }),
      event('response.custom_tool_call_input.done', { ...within, input: one.input }),
      done,
    ];
  return [
    event('response.output_item.added', { ...at, item: { ...one, status: 'in_progress', arguments: '' } }),
    event('response.function_call_arguments.delta', { ...within, delta: one.arguments }),
    event('response.function_call_arguments.done', { ...within, arguments: one.arguments }),
    done,
  ];
}
