import path from 'node:path';

/** The search attributes of Baton's workflows, for looking and never for correctness. */
export const searchAttributes = {
  BatonPhase: 'Keyword',
  BatonAttention: 'Int',
  BatonRepository: 'Keyword',
} as const;

/** Dynamic configuration that Baton wants of a server. */
export const dynamicConfig = {
  // A shard reads its transfer queue at most 20 times a second by default, which adds about 45 ms to every step of a
  // workflow on a server with few shards.
  'history.transferProcessorMaxPollRPS': 1000,
  // No host name is allowed, so the HTTP API answers 403 to every request. It asks nobody who they are, and takes what
  // a page may send to any server.
  'frontend.httpAllowedHosts': [],
} as const;

/** Write-ahead log and fewer syncs: 4 to 6 times faster on a file, and a killed process still loses nothing. */
const sqlitePragmas = { journal_mode: 'wal', synchronous: 'normal' } as const;

/** How long closed workflows are kept: a year, since reports are also read long after a feature ended. */
export const retentionDays = 365;

/** Loopback only: the dev server asks nobody who they are. */
export const serverHost = '127.0.0.1';

/** The ports that a person and Baton use. */
export interface ServerPorts {
  readonly port: number;
  readonly uiPort: number;
}

/** An address to listen on or to connect to. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where those parts of the dev server listen that speak HTTP to anybody and check no host name. */
export interface HiddenPorts {
  /** Temporal's own Web UI, behind Baton's proxy. */
  readonly ui: ListenAddress;
  /** The metrics, which the server can't do without. */
  readonly metricsPort: number;
  /** The HTTP API, which answers everything with 403. */
  readonly httpPort: number;
}

/**
 * The arguments of `temporal` that start the dev server with Baton's settings, in the folder of its database: SQLite takes
 * the name for a URI, in which `#`, `?` and `%` would lead to another file.
 */
export function serverArguments(options: {
  readonly port: number;
  readonly hidden: HiddenPorts;
  readonly dbFilename: string;
  readonly namespace: string;
}): string[] {
  const { ui, metricsPort, httpPort } = options.hidden;
  return [
    ...['server', 'start-dev', '--ip', serverHost],
    ...['--port', String(options.port), '--ui-ip', ui.host, '--ui-port', String(ui.port)],
    ...['--metrics-port', String(metricsPort), '--http-port', String(httpPort)],
    ...[
      '--db-filename',
      path.basename(options.dbFilename),
      '--namespace',
      options.namespace,
      '--log-level',
      'warn',
    ],
    ...flags('--sqlite-pragma', sqlitePragmas),
    ...flags('--dynamic-config-value', dynamicConfig),
    ...flags('--search-attribute', searchAttributes),
  ];
}

function flags(flag: string, values: Readonly<Record<string, unknown>>): string[] {
  const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${asText(value)}`]);
}
