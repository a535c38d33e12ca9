import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import proto from '@temporalio/proto';
import { isLoopbackHost } from '../../dev-server/ui-requests.ts';
import type { EncryptingCodec } from '../../worker/payload-codec.ts';

const { Payloads } = proto.temporal.api.common.v1;
/** A page of a history is smaller. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The endpoint by which the Web UI reads encrypted histories: the UI's page sends payloads from the browser, and gets
 * them back decrypted. Pages of other origins, and names that only lead here, are refused.
 *
 * @param ui - the UI's origin, e.g. `http://127.0.0.1:8233`
 */
export const codecEndpoint = (codec: EncryptingCodec, ui: string): HttpServer =>
  createServer((request, response) => {
    answer(codec, ui, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'Content-Type': 'text/plain' });
      response.end(error instanceof Error ? error.message : 'it could not be read');
    });
  });

async function answer(
  codec: EncryptingCodec,
  ui: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin, host = '' } = request.headers;
  if (!isLoopbackHost(host) || (origin !== undefined && origin !== ui)) {
    response.writeHead(403).end();
    return;
  }
  response.setHeader('Access-Control-Allow-Origin', ui);
  response.setHeader('Vary', 'Origin');
  response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
  // Of a page that came from elsewhere, browsers ask whether it may speak to this machine.
  response.setHeader('Access-Control-Allow-Private-Network', 'true');
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, x-namespace');
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  const work = pathname.endsWith('/decode') ? 'decode' : pathname.endsWith('/encode') ? 'encode' : undefined;
  if (request.method !== 'POST' || work === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { payloads } = Payloads.fromObject(JSON.parse(await bodyOf(request)) as Record<string, unknown>);
  const made = await codec[work](payloads);
  const text = Payloads.toObject(Payloads.create({ payloads: made }), { bytes: String });
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(text));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > MOST_BYTES) throw new Error('it is too large');
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString('utf8');
}
