import { isServerAlive, readServerRecord } from '../../dev-server/server-record.ts';
import { firstLine } from '../../domain/error-text.ts';
import { databaseOf, defaultHome } from '../../homes/home-dir.ts';
import { homeProblem } from '../../homes/home-dir-problem.ts';
import { clientSettings } from '../../worker/client-settings.ts';
import { CommandError } from '../command-error.ts';

/** Where the Temporal server is, and how to talk to it. */
export interface ConnectionSettings {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  readonly tls?: NonNullable<ReturnType<typeof clientSettings>['connectionOptions']['tls']>;
  readonly metadata?: Record<string, string>;
  /** The Web UI, where it is known: Baton's own dev server's. */
  readonly uiUrl?: string;
  /** Where the address comes from, for messages. */
  readonly source: 'configured' | 'dev-server';
}

const DEFAULT_NAMESPACE = 'default';

/**
 * What Temporal's environment variables and configuration file say, or undefined where they name no server.
 * A profile that was asked for has to be there.
 */
export function configuredServer(): ConnectionSettings | undefined {
  try {
    const { connectionOptions, namespace } = clientSettings();
    const { address, apiKey, tls, metadata } = connectionOptions;
    if (address === undefined) {
      if (!process.env.TEMPORAL_PROFILE) return undefined;
      throw new Error(`the profile "${process.env.TEMPORAL_PROFILE}" has no address, or isn't there`);
    }
    return {
      address,
      namespace: namespace ?? DEFAULT_NAMESPACE,
      ...(typeof apiKey === 'string' && { apiKey }),
      ...(tls !== undefined && tls !== null && { tls }),
      ...(metadata !== undefined && { metadata: metadata as Record<string, string> }),
      ...(process.env.TEMPORAL_UI_URL && { uiUrl: process.env.TEMPORAL_UI_URL.replace(/\/+$/, '') }),
      source: 'configured',
    };
  } catch (error) {
    throw new CommandError(
      `Temporal's connection settings can't be used: ${firstLine(error)}.\n` +
        'They come from TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE … and from TEMPORAL_CONFIG_FILE ' +
        '(default: temporal.toml in the user configuration folder).',
      undefined,
      { cause: error },
    );
  }
}

/** The settings of the dev server that runs on the database in `home`, or undefined. */
export async function runningDevServer(home: string): Promise<ConnectionSettings | undefined> {
  const record = await readServerRecord(databaseOf(home));
  if (record === undefined || !(await isServerAlive(record))) return undefined;
  const { address, uiUrl, namespace } = record;
  return { address, uiUrl, namespace, source: 'dev-server' };
}

/** The server that is configured, else the dev server of the home. */
export async function connectionSettings(home: string): Promise<ConnectionSettings> {
  const settings = configuredServer() ?? (await runningDevServer(home));
  if (settings !== undefined) return settings;
  // What is told below would be refused there.
  const problem = await homeProblem(home, 'toWrite');
  if (problem !== undefined) throw new CommandError(problem);
  throw new CommandError(
    `No Temporal server: TEMPORAL_ADDRESS is not set, no Temporal profile names one, and no dev server of ` +
      `Baton runs in ${home}.\nStart one, with a worker, in another terminal: baton dev${homeHint(home)}`,
  );
}

const homeHint = (home: string) => (home === defaultHome() ? '' : ` --home ${home}`);
