import { TEST_KEY } from './cli-on-model.ts';
import type { FormatName } from './model-turn.ts';

export interface SampleRequest {
  /** After the server's address. */
  readonly path: string;
  readonly init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
  };
}

interface Options {
  readonly stream?: boolean;
  /** The JSON schema that the answer has to meet. */
  readonly schema?: object;
}

/** What a client of that format sends who says `hello` to the model `sample` and offers it a shell. */
export function sampleRequest(format: FormatName, { stream = false, schema }: Options = {}): SampleRequest {
  const { path, headers, body } = samples[format](stream, schema);
  const json = { 'content-type': 'application/json' };
  return { path, init: { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) } };
}

const model = 'sample';
const parameters = { type: 'object', properties: { command: { type: 'string' } } };

const samples: Record<
  FormatName,
  (stream: boolean, schema?: object) => { path: string; headers: Record<string, string>; body: object }
> = {
  'anthropic-messages': (stream, schema) => ({
    path: '/v1/messages',
    headers: { 'x-api-key': TEST_KEY },
    body: {
      model,
      stream,
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ name: 'Bash', input_schema: parameters }],
      ...(schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
    },
  }),
  'openai-responses': (stream, schema) => ({
    path: '/v1/responses',
    headers: { authorization: `Bearer ${TEST_KEY}` },
    body: {
      model,
      stream,
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }],
      tools: [{ type: 'function', name: 'shell_command', parameters }],
      ...(schema === undefined ? {} : { text: { format: { type: 'json_schema', name: 'answer', schema } } }),
    },
  }),
  'openai-chat': (stream, schema) => ({
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${TEST_KEY}` },
    body: {
      model,
      stream,
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ type: 'function', function: { name: 'bash', parameters } }],
      ...(schema === undefined
        ? {}
        : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    },
  }),
  gemini: (stream, schema) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': TEST_KEY },
    body: {
      contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
      tools: [{ functionDeclarations: [{ name: 'run_shell_command', parametersJsonSchema: parameters }] }],
      ...(schema === undefined ? {} : { generationConfig: { responseJsonSchema: schema } }),
    },
  }),
};
