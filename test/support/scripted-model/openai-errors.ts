import type { ErrorStatus } from './model-turn.ts';
import type { Failure } from './wire-format.ts';

const errors: Record<ErrorStatus, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'Invalid request.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  403: {
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
    message: 'Country, region, or territory not supported',
  },
  404: {
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: 'The model `{model}` does not exist or you do not have access to it.',
  },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for {model}.' },
  500: {
    type: 'server_error',
    code: null,
    message: 'The server had an error while processing your request. Sorry about that!',
  },
  503: { type: 'server_error', code: null, message: 'The server is overloaded or not ready yet.' },
  529: { type: 'server_error', code: null, message: 'Overloaded' },
};

/** The error body of both formats of OpenAI. A rate limit says in words when to try again. */
export function openaiFailure({ status, message, retryAfterSeconds, model }: Failure): unknown {
  const { type, code, message: usual } = errors[status];
  const again = retryAfterSeconds === undefined ? '' : ` Please try again in ${retryAfterSeconds}s.`;
  const said = message ?? `${usual.replace('{model}', model)}${again}`;
  return { error: { message: said, type, param: null, code } };
}
