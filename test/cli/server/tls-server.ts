import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { execa } from 'execa';

/** What the server saw of a call. */
export interface SeenCall {
  readonly method: string;
  readonly authorization: string | undefined;
  /** The name of the client's certificate. */
  readonly client: string | undefined;
  /** The name that the client asked for. */
  readonly server: string | undefined;
}

export interface TlsServer {
  readonly address: string;
  /** Certificates and keys: `ca.pem`, `client.pem`, `client.key`. */
  readonly folder: string;
  readonly calls: SeenCall[];
  /** The next call of a method. */
  called(method: string): Promise<SeenCall>;
  close(): Promise<void>;
}

const EMPTY_MESSAGE = Buffer.alloc(5);

/**
 * A gRPC server that wants a client certificate, for the name `temporal.test`. It answers calls with an empty message,
 * and polls never, as a server without work.
 */
export async function startTlsServer(): Promise<TlsServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-tls-'));
  await issue(folder);
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(path.join(folder, name))),
  );
  const calls: SeenCall[] = [];
  const waiting: ((call: SeenCall) => void)[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createSecureServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const socket = stream.session?.socket as TLSSocket | undefined;
    const call = {
      method: String(headers[':path']).split('/').at(-1) ?? '',
      authorization: headers.authorization,
      client: socket?.getPeerCertificate().subject?.CN?.toString(),
      server: socket?.servername || undefined,
    };
    calls.push(call);
    for (const tell of waiting) tell(call);
    stream.on('error', () => undefined);
    if (call.method.startsWith('Poll')) return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_MESSAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    folder,
    calls,
    called: (method) =>
      new Promise((resolve) => {
        waiting.push((call) => {
          if (call.method === method) resolve(call);
        });
      }),
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An authority, and two certificates of it. */
async function issue(folder: string): Promise<void> {
  const openssl = (...args: string[]) => execa('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const authority = ['-addext', 'basicConstraints=critical,CA:true'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=ca',
    ...authority,
  );
  for (const [name, subject] of [
    ['server', 'temporal.test'],
    ['client', 'baton'],
  ] as const) {
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', `subjectAltName=DNS:${subject}`];
    const leaf = [...signed, '-addext', 'basicConstraints=critical,CA:false'];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${subject}`];
    await openssl('req', '-x509', ...key, ...leaf, ...files);
  }
}
