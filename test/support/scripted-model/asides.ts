import type { ServerResponse } from 'node:http';
import { sendJson } from './sending.ts';
import type { ReadRequest } from './wire-format.ts';

/** What titles and summaries of a conversation become; where a schema was sent, nothing that it could be. */
export function sideAnswer({ outputSchema }: ReadRequest): string {
  return outputSchema === undefined ? 'A scripted conversation' : '{}';
}

/** What CLIs ask beside answers: whether anybody is there, which models, how many tokens. */
export function answerAside(
  { method, path }: { readonly method: string; readonly path: string },
  response: ServerResponse,
): void {
  if (path === '/') {
    response.end();
  } else if (path.endsWith('/count_tokens')) {
    sendJson(response, 200, { input_tokens: 100 });
  } else if (path.endsWith(':countTokens')) {
    sendJson(response, 200, { totalTokens: 100 });
  } else if (method === 'GET' && path.endsWith('/models')) {
    sendJson(response, 200, { object: 'list', data: [], models: [] });
  } else {
    sendJson(response, 404, { error: { message: `scripted model: nothing is at ${method} ${path}` } });
  }
}
