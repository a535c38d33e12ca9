import { z } from 'zod';
import { message } from './conversation.ts';
import type { ErrorStatus } from './model-turn.ts';
import type { Failure, Reply, StreamEvent, WireFormat } from './wire-format.ts';

const part = z.looseObject({
  text: z.string().optional(),
  functionCall: z
    .looseObject({ id: z.string().optional(), name: z.string(), args: z.unknown().optional() })
    .optional(),
  functionResponse: z
    .looseObject({ id: z.string().optional(), name: z.string(), response: z.unknown().optional() })
    .optional(),
});
const contentOf = z.looseObject({ role: z.string().optional(), parts: z.array(part).default([]) });
const body = z.looseObject({
  contents: z.array(contentOf),
  systemInstruction: contentOf.optional(),
  tools: z
    .array(
      z.looseObject({
        functionDeclarations: z
          .array(
            z.looseObject({
              name: z.string(),
              parameters: z.unknown().optional(),
              parametersJsonSchema: z.unknown().optional(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  generationConfig: z
    .looseObject({ responseSchema: z.unknown().optional(), responseJsonSchema: z.unknown().optional() })
    .optional(),
});

const errors: Record<ErrorStatus, readonly [status: string, message: string]> = {
  400: ['INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'],
  401: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  403: ['PERMISSION_DENIED', 'The caller does not have permission'],
  404: ['NOT_FOUND', 'models/{model} is not found for API version v1beta.'],
  429: ['RESOURCE_EXHAUSTED', 'You exceeded your current quota.'],
  500: ['INTERNAL', 'An internal error has occurred.'],
  503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  529: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
};

const actions = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

export const gemini: WireFormat = {
  name: 'gemini',
  matches: (path) => actions.test(path),
  read: ({ path, headers, body: sent }) => {
    const [, model = '', action] = actions.exec(path) ?? [];
    const { contents, systemInstruction, tools, generationConfig } = body.parse(sent);
    return {
      model,
      stream: action === 'streamGenerateContent',
      system: (systemInstruction?.parts ?? []).map(({ text }) => text ?? '').join('\n'),
      messages: contents.map(({ role, parts }) =>
        message(
          role === 'model' ? 'assistant' : 'user',
          parts.map(({ text }) => text),
          parts.flatMap(({ functionCall: made }) =>
            made === undefined ? [] : [{ id: made.id ?? made.name, name: made.name, input: made.args }],
          ),
          parts.flatMap(({ functionResponse: got }) =>
            got === undefined ? [] : [{ id: got.id ?? got.name, ...result(got.response) }],
          ),
        ),
      ),
      tools: tools.flatMap(({ functionDeclarations }) =>
        functionDeclarations.map(({ name, parametersJsonSchema, parameters }) => ({
          name,
          inputSchema: parametersJsonSchema ?? parameters,
        })),
      ),
      outputSchema: generationConfig?.responseJsonSchema ?? generationConfig?.responseSchema,
      apiKey: headers['x-goog-api-key']?.toString(),
    };
  },
  whole,
  events: (reply) => [{ data: whole(reply) }],
  opening: () => [],
  piece: (reply, text) => chunk(reply, [{ text }]),
  failure: (failure) => {
    const [status, usual] = errors[failure.status];
    const said = failure.message ?? usual.replace('{model}', failure.model);
    return { error: { code: failure.status, message: said, status, ...details(failure) } };
  },
};

/** A response is an object; by habit its text stands in `output`, or in `error` when the tool failed. */
function result(response: unknown): { text: string; isError?: boolean } {
  const { output, error } = z
    .looseObject({ output: z.string().optional(), error: z.string().optional() })
    .catch({})
    .parse(response);
  if (error !== undefined) return { text: error, isError: true };
  return { text: output ?? JSON.stringify(response) };
}

function whole(reply: Reply) {
  const parts = [
    ...(reply.text === undefined ? [] : [{ text: reply.text }]),
    ...(reply.call === undefined
      ? []
      : [{ functionCall: { name: reply.call.name, args: reply.call.input } }]),
  ];
  const { inputTokens, outputTokens, cachedInputTokens } = reply.usage;
  return {
    ...frame(reply),
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: outputTokens,
      totalTokenCount: inputTokens + outputTokens,
      cachedContentTokenCount: cachedInputTokens,
    },
  };
}

function frame({ id, model }: Reply) {
  return { modelVersion: model, responseId: id };
}

function chunk(reply: Reply, parts: readonly object[]): StreamEvent {
  return { data: { ...frame(reply), candidates: [{ index: 0, content: { role: 'model', parts } }] } };
}

/** Here the body says when to try again, and that it is the key that is wrong. */
function details({ status, message: said, retryAfterSeconds }: Failure) {
  if (status === 400 && said === undefined)
    return {
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
    };
  if (retryAfterSeconds === undefined) return {};
  const retryDelay = `${retryAfterSeconds}s`;
  return { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] };
}
