import { startDevServer } from '../../dev-server/dev-server.ts';
import { portOf } from '../../dev-server/ports.ts';
import { errorText } from '../../domain/error-text.ts';
import { databaseOf, makeHomeDir } from '../../homes/home-dir.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import type { Shutdown } from '../shutdown.ts';
import { type ConnectionSettings, configuredServer } from './connection-settings.ts';

/** A dev server that was killed is started again; one that always ends has a reason that a person must see. */
const MAX_RESTARTS = 5;

export interface LocalServer {
  readonly settings: ConnectionSettings;
  /** Whether a dev server was started here, rather than one that is configured or ran already. */
  readonly started: boolean;
  /** Settles when the dev server is gone for good; never where the server is somebody else's. */
  readonly gone: Promise<string>;
}

interface Ports {
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
}

/** The configured server, or the dev server on the home's database: started here unless it runs already. */
export async function localServer(home: string, shutdown: Shutdown, ports: Ports = {}): Promise<LocalServer> {
  const configured = configuredServer();
  if (configured) {
    if (ports.port !== undefined || ports.uiPort !== undefined)
      throw new CommandError(
        `--port and --ui-port are for Baton's own dev server, but a server is configured: ${configured.address}.\n` +
          'Leave them out, or unset TEMPORAL_ADDRESS and the Temporal profile.',
      );
    return { settings: configured, started: false, gone: new Promise(() => undefined) };
  }
  await makeHomeDir(home);
  const start = ({ port, uiPort }: Ports) =>
    startDevServer({
      dbFilename: databaseOf(home),
      ...(port !== undefined && { port }),
      ...(uiPort !== undefined && { uiPort }),
      ...(process.env.TEMPORAL_NAMESPACE && { namespace: process.env.TEMPORAL_NAMESPACE }),
      progress: say,
    });
  let server = await start(ports);
  let stopping = false;
  if (!server.reused)
    shutdown.add('the Temporal dev server', async () => {
      stopping = true;
      await server.stop();
    });
  const keep = async (): Promise<string> => {
    for (let restarts = 0; ; restarts += 1) {
      await server.exited;
      if (stopping) return 'stopped';
      if (restarts === MAX_RESTARTS)
        return `the Temporal dev server ended ${restarts} times: see ${server.logFile}`;
      say('The Temporal dev server ended; it is started again. Nothing is lost.');
      try {
        // Workers and clients look for it where it was.
        server = await start({ port: portOf(server.address), uiPort: portOf(server.uiUrl) });
      } catch (error) {
        return `the Temporal dev server could not be started again: ${errorText(error)}`;
      }
      if (stopping) {
        await server.stop();
        return 'stopped';
      }
    }
  };
  const { address, uiUrl, namespace, reused } = server;
  return {
    settings: { address, uiUrl, namespace, source: 'dev-server' },
    started: !reused,
    gone: reused
      ? server.exited.then(() => 'the Temporal dev server, which another process started, ended')
      : keep(),
  };
}
