import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure, Reply, StreamEvent, WireFormat } from './wire-format.ts';

/** Endless text comes as fast as a quick model's, and leaves the machine to others. */
const ENDLESS_INTERVAL_MS = 5;
/** Never the same: some CLIs end a model that repeats itself. */
const endlessPiece = (count: number): string =>
  `${createHash('sha512').update(String(count)).digest('base64')} `;

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function sendFailure(response: ServerResponse, format: WireFormat, failure: Failure): void {
  const { status, retryAfterSeconds: after } = failure;
  sendJson(
    response,
    status,
    format.failure(failure),
    after === undefined ? {} : { 'retry-after': String(after) },
  );
}

/** The whole answer, streamed or as one document. */
export function sendReply(response: ServerResponse, format: WireFormat, reply: Reply, stream: boolean): void {
  if (!stream) {
    sendJson(response, 200, format.whole(reply));
    return;
  }
  beginStream(response);
  for (const event of format.events(reply)) response.write(lines(event));
  response.end();
}

/** The beginning of an answer, and then the connection is gone. */
export function sendAndDrop(
  response: ServerResponse,
  format: WireFormat,
  reply: Reply,
  stream: boolean,
): void {
  const begun = begin(format, reply, stream);
  beginStream(response, stream);
  // Destroyed only when it is on its way, so that the client has seen the answer begin.
  response.write(begun, () => response.destroy());
}

/** Text until the client has gone or the server closes; waits for a client that reads slowly. */
export async function sendForEver(
  response: ServerResponse,
  format: WireFormat,
  reply: Reply,
  { stream, signal }: { stream: boolean; signal: AbortSignal },
): Promise<void> {
  beginStream(response, stream);
  response.write(begin(format, reply, stream));
  try {
    for (let count = 1; ; count += 1) {
      const piece = endlessPiece(count);
      if (response.write(stream ? lines(format.piece(reply, piece)) : piece))
        await sleep(ENDLESS_INTERVAL_MS, undefined, { signal });
      else await once(response, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function begin(format: WireFormat, reply: Reply, stream: boolean): string {
  const piece = 'I begin, ';
  if (stream) return [...format.opening(reply), format.piece(reply, piece)].map(lines).join('');
  // A document cut within its text.
  const whole = JSON.stringify(format.whole({ ...reply, text: piece }));
  return whole.slice(0, whole.indexOf(piece) + piece.length);
}

function beginStream(response: ServerResponse, stream = true): void {
  response.writeHead(200, {
    'content-type': stream ? 'text/event-stream' : 'application/json',
    'cache-control': 'no-cache',
  });
}

function lines({ event, data }: StreamEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
