import { isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { retentionDays, searchAttributes } from '../../dev-server/server-arguments.ts';
import { firstLine } from '../../domain/error-text.ts';
import { MAIN_TASK_QUEUE } from '../../domain/ids.ts';
import { counted } from '../../domain/plan-words.ts';
import { CommandError } from '../command-error.ts';
import { type Server, withServer } from '../server/connection.ts';
import { configuredServer } from '../server/connection-settings.ts';
import { within } from '../server/feature-lookup.ts';
import { missingIn, serving } from '../server/task-queue.ts';
import { broken, type Finding, fine, worthKnowing } from './finding.ts';

/** An answer that takes longer is none for a person who waits. */
const PATIENCE_MS = 5_000;
/** Timers of people's answers are days; after less than a week the server may have forgotten what is asked about. */
const LEAST_RETENTION_DAYS = 7;
/** Clocks that are kept in step differ by less; retries and waits are told by both. */
const MOST_SKEW_MS = 5_000;
const KEYWORD = 2;
const INT = 3;

/** The server, its namespace, and who works there. */
export async function serverFindings(home: string): Promise<Finding[]> {
  const about = { area: 'server', what: 'server' } as const;
  try {
    return await withServer(home, async (server) => [
      fine(about, `${server.settings.address}, namespace ${server.settings.namespace}`),
      ...(await Promise.all([
        clockFinding(server),
        retentionFinding(server, home),
        attributesFinding(server, home),
        workerFinding(server),
      ])),
    ]);
  } catch (error) {
    if (!(error instanceof CommandError || isGrpcServiceError(error))) throw error;
    const configured = isConfigured();
    return [
      (configured ? broken : worthKnowing)(about, firstLine(error), {
        why: 'a feature is a workflow there',
        todo: configured
          ? 'correct TEMPORAL_ADDRESS or the profile, or start that server'
          : 'start one, with a worker: baton dev',
      }),
    ];
  }
}

const isConfigured = (): boolean => {
  try {
    return configuredServer() !== undefined;
  } catch {
    return true;
  }
};

/** What can't be asked is told as that: a person may have rights in the namespace alone. */
const unknown = (what: string, error: unknown): Finding =>
  worthKnowing({ area: 'server', what }, `not known: ${firstLine(error)}`, {
    why: 'who may only use a namespace is not told',
    todo: 'ask whoever runs the server',
  });

async function clockFinding({ client }: Server): Promise<Finding> {
  const about = { area: 'server', what: 'clock' } as const;
  try {
    const since = Date.now();
    const { pollers } = await within(client, PATIENCE_MS, () =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: MAIN_TASK_QUEUE },
        taskQueueType: 1,
      }),
    );
    const polled = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
    const latest = Math.max(0, ...polled);
    const ahead = latest - since;
    if (latest === 0 || ahead <= MOST_SKEW_MS)
      return fine(
        about,
        latest === 0 ? 'nothing to compare with: no worker polled' : 'in step with the server',
      );
    return worthKnowing(about, `this machine is ${Math.round(ahead / 1000)} s behind the server`, {
      why: 'expected times and waits are told by both clocks',
      todo: 'let a time service keep this machine’s clock',
    });
  } catch (error) {
    return unknown('clock', error);
  }
}

async function retentionFinding({ client, settings }: Server, home: string): Promise<Finding> {
  const about = { area: 'server', what: 'retention' } as const;
  const { namespace } = settings;
  try {
    const { config } = await within(client, PATIENCE_MS, () =>
      client.workflowService.describeNamespace({ namespace }),
    );
    const days = Math.floor(Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400);
    if (days >= LEAST_RETENTION_DAYS) return fine(about, `${days} days`);
    const own = settings.source === 'dev-server';
    return worthKnowing(about, counted(days, 'day'), {
      why: 'the server forgets a feature so long after its end; `rewind` and `compare` need its history',
      todo: own
        ? 'baton doctor --fix'
        : `temporal operator namespace update --retention ${retentionDays}d -n ${namespace} (Temporal Cloud: at most 90d)`,
      ...(own && {
        fix: () =>
          // Asked for again: the connection that found it is closed by then.
          withServer(home, async ({ client: again }) => {
            const { UpdateNamespaceRequest } = proto.temporal.api.workflowservice.v1;
            const ttl = { seconds: retentionDays * 86_400 };
            const request = { namespace, config: { workflowExecutionRetentionTtl: ttl } };
            await within(again, PATIENCE_MS, () =>
              again.workflowService.updateNamespace(UpdateNamespaceRequest.fromObject(request)),
            );
            return `the namespace ${namespace} keeps features for ${retentionDays} days now`;
          }),
      }),
    });
  } catch (error) {
    return unknown('retention', error);
  }
}

async function attributesFinding({ client, settings }: Server, home: string): Promise<Finding> {
  const about = { area: 'server', what: 'search attributes' } as const;
  const { namespace } = settings;
  try {
    const { customAttributes } = await within(client, PATIENCE_MS, () =>
      client.connection.operatorService.listSearchAttributes({ namespace }),
    );
    const missing = Object.entries(searchAttributes).filter(([name]) => !(name in (customAttributes ?? {})));
    if (missing.length === 0) return fine(about, Object.keys(searchAttributes).join(', '));
    return worthKnowing(about, `missing: ${missing.map(([name]) => name).join(', ')}`, {
      why: 'without them the Web UI can’t list features by phase or by who waits for an answer; features run all the same',
      todo: 'baton doctor --fix, or on Temporal Cloud as docs/operations.md has it',
      fix: () =>
        withServer(home, async ({ client: again }) => {
          const wanted = Object.fromEntries(
            missing.map(([name, type]) => [name, type === 'Int' ? INT : KEYWORD]),
          );
          await within(again, PATIENCE_MS, () =>
            again.connection.operatorService.addSearchAttributes({ namespace, searchAttributes: wanted }),
          );
          return `search attributes made: ${missing.map(([name]) => name).join(', ')}`;
        }),
    });
  } catch (error) {
    return unknown('search attributes', error);
  }
}

async function workerFinding({ client }: Server): Promise<Finding> {
  const about = { area: 'server', what: 'worker' } as const;
  try {
    const now = await serving(client);
    const problem = missingIn(now, undefined);
    const count = now.workers.length;
    if (problem === undefined) return fine(about, `${count} ${count === 1 ? 'asks' : 'ask'} for work`);
    return worthKnowing(about, problem, {
      why: 'nothing happens without one',
      todo: 'start one: baton dev, or baton worker',
    });
  } catch (error) {
    return unknown('worker', error);
  }
}
