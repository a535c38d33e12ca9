import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { withProcessLock } from '../homes/process-lock.ts';
import { chooseHiddenPorts } from './hidden-ports.ts';
import { launchServer } from './launch-server.ts';
import { choosePort, defaultPorts, PortTakenError, portOf } from './ports.ts';
import { serverHost } from './server-arguments.ts';
import { isServing, setRetention } from './server-cli.ts';
import { isServerAlive, readServerRecord, type ServerRecord, writeServerRecord } from './server-record.ts';
import { stopServer, waitForEnd } from './stop-server.ts';
import { resolveTemporalCli } from './temporal-cli.ts';
import { startUiProxy, type UiProxy } from './ui-proxy.ts';

/** Between finding a port free and binding it somebody may be quicker; five times in a row nobody is. */
const portAttempts = 5;

/** Another start on the same database is bounded by a minute; this waits that out. */
const startLockTimeout = 90_000;

export interface DevServerOptions {
  /** The SQLite file with everything the server knows; made if missing. Only one server runs on a file. */
  readonly dbFilename: string;
  /** Where the server's output is appended; `temporal.log` beside the database if not given. */
  readonly logFile?: string;
  /** The gRPC port. Given: that one or an error; `0`: any free one; not given: the last one, 7233, or any. */
  readonly port?: number;
  /** The Web UI's port, by the same rule with 8233. */
  readonly uiPort?: number;
  /** `default` if not given. */
  readonly namespace?: string;
  /** The Temporal CLI's path; found or got if not given. */
  readonly executable?: string;
  /** One line for a person, shown while something takes long. */
  readonly progress?: (line: string) => void;
}

export interface DevServer {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  readonly pid: number;
  readonly logFile: string;
  /** Whether it ran already, started by another process. */
  readonly reused: boolean;
  /** Resolves when the server's process is gone, for whatever reason; never rejects. */
  readonly exited: Promise<void>;
  /** Stops the server and waits for its end. A reused server is left running: it belongs to who started it. */
  stop(): Promise<void>;
}

/**
 * Starts Temporal's dev server with Baton's settings on a database file and waits until it serves; or finds the
 * one that runs on that file already, since SQLite must not be shared by two servers.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const directory = path.dirname(path.resolve(options.dbFilename));
  await mkdir(directory, { recursive: true });
  const dbFilename = path.join(await realpath(directory), path.basename(options.dbFilename));
  const executable = options.executable ?? (await resolveTemporalCli(options)).path;
  const onWait = (holder: number) =>
    options.progress?.(`Process ${holder} is starting a server here; waiting.`);
  const startOrReuse = async () => {
    const last = await readServerRecord(dbFilename);
    if (last && (await isServerAlive(last))) return await reuse(last, executable, options);
    return await start({ ...options, dbFilename }, executable, last);
  };
  return await withProcessLock(`${dbFilename}.locks`, startOrReuse, { timeoutMs: startLockTimeout, onWait });
}

async function reuse(
  record: ServerRecord,
  executable: string,
  options: DevServerOptions,
): Promise<DevServer> {
  const wanted = options.port ? `${serverHost}:${options.port}` : record.address;
  const namespace = options.namespace ?? record.namespace;
  if (wanted !== record.address || namespace !== record.namespace) {
    throw new Error(
      `A Temporal dev server runs on ${record.dbFilename} already, at ${record.address} with the namespace ` +
        `"${record.namespace}" (process ${record.pid}); ${wanted} with "${namespace}" was asked for. ` +
        'Use that one, stop it first, or give another database file.',
    );
  }
  if (!(await isServing(executable, record.address))) {
    throw new Error(
      `The Temporal dev server on ${record.dbFilename} (process ${record.pid}) runs but does not answer at ` +
        `${record.address}. Look into ${record.logFile}; stop it with: kill ${record.pid}`,
    );
  }
  return { ...record, reused: true, exited: waitForEnd(record), stop: async () => undefined };
}

async function start(
  options: DevServerOptions,
  executable: string,
  last: ServerRecord | undefined,
): Promise<DevServer> {
  const { dbFilename, namespace = 'default' } = options;
  const logFile = path.resolve(options.logFile ?? path.join(path.dirname(dbFilename), 'temporal.log'));
  for (let attempt = 1; ; attempt++) {
    // The last server's ports first: workers and open pages of before a crash find the new one there.
    const port = await choosePort(options.port, [portOf(last?.address), defaultPorts.port]);
    const uiPort = await choosePort(options.uiPort, [portOf(last?.uiUrl), defaultPorts.uiPort], port);
    const hidden = await chooseHiddenPorts();
    let proxy: UiProxy | undefined;
    try {
      proxy = await startUiProxy({ host: serverHost, port: uiPort }, hidden.ui);
      const server = await launchServer({ executable, dbFilename, namespace, logFile, port, hidden });
      const urls = { address: `${serverHost}:${port}`, uiUrl: `http://${serverHost}:${uiPort}` };
      const record = await writeServerRecord({ pid: server.pid, ...urls, namespace, dbFilename, logFile });
      const exited = server.exited.then(proxy.close);
      await setRetention(executable, urls.address, namespace).catch(async (error: unknown) => {
        await stopServer(record);
        throw error;
      });
      const stop = async () => {
        await stopServer(record);
        await exited;
      };
      return { ...record, reused: false, exited, stop };
    } catch (error) {
      await proxy?.close();
      if (!(error instanceof PortTakenError) || attempt === portAttempts) throw error;
    }
  }
}
