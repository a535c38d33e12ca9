import { connect as connectSocket } from 'node:net';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { firstLine } from '../../domain/error-text.ts';
import { grpcCodeOf, NOT_FOUND } from '../../worker/grpc-code.ts';
import { dataConverter } from '../../worker/payload-codec.ts';
import { CommandError } from '../command-error.ts';
import { type ConnectionSettings, connectionSettings } from './connection-settings.ts';
import { serverTrouble } from './server-trouble.ts';

/** A server that doesn't answer in this time is not there for a person who waits. */
const CONNECT_TIMEOUT_MS = 5_000;

const GRPC_PERMISSION = [7, 16];

/** A connected client and where it leads. */
export interface Server {
  readonly client: Client;
  readonly settings: ConnectionSettings;
  close(): Promise<void>;
}

/**
 * Connects, or says within five seconds why it can't: no server, no such namespace.
 * @throws CommandError
 */
export async function connectTo(settings: ConnectionSettings): Promise<Server> {
  const { address, namespace, apiKey, tls, metadata } = settings;
  await probe(address, settings);
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...(apiKey !== undefined && { apiKey }),
      ...(tls !== undefined && { tls }),
      ...(metadata !== undefined && { metadata }),
    });
  } catch (error) {
    throw noServer(settings, grpcText(error), error);
  }
  const client = new Client({ connection, namespace, ...dataConverter() });
  try {
    await client.withDeadline(Date.now() + CONNECT_TIMEOUT_MS, () =>
      client.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    const missing = grpcCodeOf(error) === NOT_FOUND;
    if (missing) {
      await connection.close();
      throw new CommandError(
        `The Temporal server at ${address} has no namespace "${namespace}".\n` +
          `Name another one in TEMPORAL_NAMESPACE, or make it: temporal operator namespace create -n ${namespace} --address ${address}`,
        undefined,
        { cause: error },
      );
    }
    // Who may only use a namespace may not describe it; the commands themselves then tell what is refused.
    if (!(isGrpcServiceError(error) && GRPC_PERMISSION.includes(error.code))) {
      await connection.close();
      throw noServer(settings, grpcText(error), error);
    }
  }
  return { client, settings, close: () => connection.close() };
}

/** Runs `work` with a connection to the server that the environment, or the home, names. */
export async function withServer<T>(home: string, work: (server: Server) => Promise<T>): Promise<T> {
  const settings = await connectionSettings(home);
  const inWords = async (error: unknown) => {
    throw (await serverTrouble(settings, home, error)) ?? error;
  };
  const server = await connectTo(settings).catch(inWords);
  try {
    return await work(server).catch(inWords);
  } finally {
    await server.close();
  }
}

const grpcText = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.details || cause.message : firstLine(cause);
};

function noServer({ address, source }: ConnectionSettings, why: string, cause: unknown): CommandError {
  const named =
    source === 'configured'
      ? 'That address is what TEMPORAL_ADDRESS or the Temporal profile says: correct it, start that server, or ' +
        'unset it and run `baton dev`, which starts a server and a worker.'
      : 'It is the dev server of this home: stop it and run `baton dev` again.';
  return new CommandError(`No Temporal server answers at ${address}: ${why}.\n${named}`, undefined, {
    cause,
  });
}

/** gRPC tries a refused address again and again; a plain connection tells at once. */
async function probe(address: string, settings: ConnectionSettings): Promise<void> {
  const match = /^([^/:]+|\[[^\]]+\]):(\d{1,5})$/.exec(address);
  if (!match) return;
  const { env } = process;
  if (env.grpc_proxy || env.https_proxy || env.http_proxy) return;
  const [, host = '', port] = match;
  const refusal = await new Promise<string | undefined>((resolve) => {
    const socket = connectSocket({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) });
    const end = (why?: string) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(`no answer in ${CONNECT_TIMEOUT_MS / 1000} s`));
    socket.once('connect', () => end());
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' ? 'nothing listens there' : (error.code ?? error.message)),
    );
  });
  if (refusal !== undefined) throw noServer(settings, refusal, undefined);
}
