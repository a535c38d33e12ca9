import { createServer } from 'node:net';
import { type ServerPorts, serverHost } from './server-arguments.ts';

/** Temporal's own default ports: what every `temporal` command and bookmark tries first. */
export const defaultPorts: ServerPorts = { port: 7233, uiPort: 8233 };

/** Somebody took a port between the moment it was found free and its use. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * A port that is free at this moment; somebody may take it a moment later.
 *
 * @param wanted that one or an error; `0` for any; undefined for the first free one of `preferred`, else any.
 */
export async function choosePort(
  wanted: number | undefined,
  preferred: readonly (number | undefined)[],
  avoid?: number,
): Promise<number> {
  if (wanted) {
    if ((await listenOnce(wanted)) !== undefined) return wanted;
    throw new Error(
      `Port ${wanted} on ${serverHost} is taken by another process. Stop that one, or give another port, or none.`,
    );
  }
  const first = wanted === undefined ? preferred : [];
  for (const port of first) {
    if (port !== undefined && port !== avoid && (await listenOnce(port)) !== undefined) return port;
  }
  for (;;) {
    const port = await listenOnce(0);
    if (port !== undefined && port !== avoid) return port;
  }
}

/** The port at the end of an address or URL. */
export function portOf(address: string | undefined): number | undefined {
  const digits = address?.match(/:(\d+)\/?$/)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The port, if it can be listened on now; a free one for `0`; undefined if it is taken or there is no such address. */
export function listenOnce(port: number, host = serverHost): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
