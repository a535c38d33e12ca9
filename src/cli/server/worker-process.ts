import { metricsAddress } from '../../worker/metrics-address.ts';
import type { RunningWorker } from '../../worker/running-worker.ts';
import { tracesEndpoint } from '../../worker/traces-endpoint.ts';
import { workerAgents, workerChecks } from '../../worker/worker-slots.ts';
import type { Shutdown } from '../shutdown.ts';
import type { ConnectionSettings } from './connection-settings.ts';

/** What starts a worker in this process; given to the commands by `src/client.ts`, since it is heavy to load. */
export type StartWorker = (options: {
  readonly connection: Pick<ConnectionSettings, 'address' | 'apiKey' | 'tls' | 'metadata'>;
  readonly namespace: string;
  readonly homeDir: string;
  readonly hub?: string | undefined;
  readonly agents?: number | undefined;
  readonly checks?: number | undefined;
  readonly takeBack?: boolean | undefined;
  readonly metrics?: string | undefined;
  readonly traces?: string | undefined;
  readonly log?: (line: string) => void;
}) => Promise<RunningWorker>;

/** Starts a worker on a home, to be stopped with the rest. */
export async function runWorker(
  startWorker: StartWorker,
  settings: ConnectionSettings,
  homeDir: string,
  shutdown: Shutdown,
  log: (line: string) => void,
  given: {
    readonly agents?: number;
    readonly checks?: number;
    readonly takeBack?: boolean;
    readonly metrics?: string;
  } = {},
): Promise<RunningWorker> {
  const { address, namespace, apiKey, tls, metadata } = settings;
  const worker = await startWorker({
    connection: {
      address,
      ...(apiKey !== undefined && { apiKey }),
      ...(tls !== undefined && { tls }),
      ...(metadata !== undefined && { metadata }),
    },
    namespace,
    homeDir,
    ...(process.env.BATON_HUB && { hub: process.env.BATON_HUB }),
    agents: given.agents ?? workerAgents(process.env.BATON_WORKER_AGENTS),
    checks: given.checks ?? workerChecks(process.env.BATON_WORKER_CHECKS),
    takeBack: given.takeBack ?? false,
    metrics: metricsAddress(given.metrics ?? process.env.BATON_METRICS),
    traces: tracesEndpoint(process.env.BATON_TRACES),
    log,
  });
  shutdown.add('the worker (agents that run get 15 s to write down their sessions)', () => worker.shutdown());
  return worker;
}
