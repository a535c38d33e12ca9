/** The search attributes of Baton's workflows, for looking and never for correctness. */
export const searchAttributes = {
  BatonPhase: 'Keyword',
  BatonAttention: 'Int',
  BatonRepository: 'Keyword',
} as const;

/**
 * Dynamic configuration that Baton wants of a server with few shards. A shard reads its transfer queue at most
 * 20 times a second by default, which adds about 45 ms to every step of a workflow.
 */
export const tunedDynamicConfig = { 'history.transferProcessorMaxPollRPS': 1000 } as const;

/** Write-ahead log and fewer syncs: 4 to 6 times faster on a file, and a killed process still loses nothing. */
const sqlitePragmas = { journal_mode: 'wal', synchronous: 'normal' } as const;

/** How long closed workflows are kept: a year, since reports are also read long after a feature ended. */
export const retentionDays = 365;

/** Loopback only: the dev server asks nobody who they are. */
export const serverHost = '127.0.0.1';

export interface ServerPorts {
  readonly port: number;
  readonly uiPort: number;
}

/** The arguments of `temporal` that start the dev server with Baton's settings. */
export function serverArguments(options: ServerPorts & { dbFilename: string; namespace: string }): string[] {
  return [
    ...['server', 'start-dev', '--ip', serverHost],
    ...['--port', String(options.port), '--ui-port', String(options.uiPort)],
    ...['--db-filename', options.dbFilename, '--namespace', options.namespace, '--log-level', 'warn'],
    ...flags('--sqlite-pragma', sqlitePragmas),
    ...flags('--dynamic-config-value', tunedDynamicConfig),
    ...flags('--search-attribute', searchAttributes),
  ];
}

function flags(flag: string, values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}
