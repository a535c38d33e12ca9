import { Agent, request as httpRequest } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * One HTTP request over kept connections. `body` is sent as JSON, `raw` as it is. Resolves to
 * `{ status, headers, text, json }`; rejects only when there was no answer.
 */
export function request(base, method, path, { token, body, raw, headers = {}, timeout = 5_000 } = {}) {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
          ...headers,
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, headers: response.headers, text, json: parse(text) });
        });
      },
    );
    sent.setTimeout(timeout, () => sent.destroy(new Error(`no answer in ${timeout} ms`)));
    sent.on('error', reject);
    sent.end(payload);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lets the process end without waiting for kept connections. */
export const closeConnections = () => agent.destroy();
