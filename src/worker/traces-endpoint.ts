import { BatonError } from '../domain/failures.ts';

/** Where OTLP/HTTP takes spans; a collector's base address is what people have at hand. */
const SIGNAL_PATH = '/v1/traces';

/** Why `text` can't say where traces go, or undefined. */
export const tracesProblem = (text: string): string | undefined =>
  parsed(text) === undefined
    ? `It is the address of a collector's OTLP over HTTP, such as http://127.0.0.1:4318. A key for it belongs into OTEL_EXPORTER_OTLP_HEADERS.`
    : undefined;

/**
 * Where a worker sends its traces, as `BATON_TRACES` says. Undefined: nowhere, which is the default.
 * @throws BatonError `BadInput` if it isn't an http or https address, or has a password in it.
 */
export function tracesEndpoint(configured: string | undefined): string | undefined {
  if (configured === undefined || configured === '') return undefined;
  const endpoint = parsed(configured);
  // The value may hold a password, so it isn't said again.
  if (endpoint === undefined) throw new BatonError('BadInput', `BATON_TRACES: ${tracesProblem(configured)}`);
  return endpoint;
}

function parsed(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    return undefined;
  if (!url.pathname.endsWith(SIGNAL_PATH)) url.pathname = url.pathname.replace(/\/*$/, SIGNAL_PATH);
  return url.href;
}
