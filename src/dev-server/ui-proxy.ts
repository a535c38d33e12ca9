import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestOf,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import { PortTakenError } from './ports.ts';
import type { ListenAddress } from './server-arguments.ts';
import { uiRefusal } from './ui-requests.ts';

/** Headers of one connection, not of what is sent on it. */
const connectionHeaders = ['connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'proxy-authorization'];

/** Beside those of the Web UI: no other page may embed an answer, or keep a hold of a window with this page. */
const ownHeaders = {
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** What stands before Temporal's Web UI and lets requests of this machine's user through. */
export interface UiProxy {
  close(): Promise<void>;
}

/**
 * Listens for the Web UI and passes on what {@link uiRefusal} has nothing against.
 *
 * @throws PortTakenError if the port is taken.
 */
export async function startUiProxy(at: ListenAddress, ui: ListenAddress): Promise<UiProxy> {
  const server = createServer((request, response) => {
    const refusal = uiRefusal(request);
    if (refusal === undefined) passOn(request, response, ui);
    else answer(response, 403, refusal);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTakenError(`Port ${at.port} on ${at.host} was taken meanwhile.`)
          : error,
      ),
    );
    server.listen({ ...at, exclusive: true }, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passOn(request: IncomingMessage, response: ServerResponse, ui: ListenAddress): void {
  const { method, url: path } = request;
  // A connection each: one that is kept may be closed by the Web UI just when it is used again.
  const onward = requestOf({ ...ui, method, path, headers: passedOn(request.headers), agent: false });
  onward.once('response', (answered) => {
    response.writeHead(answered.statusCode ?? 502, { ...passedOn(answered.headers), ...ownHeaders });
    pipeline(answered, response, () => undefined);
  });
  onward.once('error', () => {
    if (response.headersSent) response.destroy();
    else answer(response, 502, "Temporal's Web UI does not answer; it may still be starting.");
  });
  // Ends the question too if the browser gives up, e.g. one that waits for the next event of a history.
  response.once('close', () => onward.destroy());
  pipeline(request, onward, () => undefined);
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.includes(name)));
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', ...ownHeaders });
  response.end(`${text}\n`);
}
