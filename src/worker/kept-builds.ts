import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { Build } from '../domain/build.ts';
import { firstLine } from '../domain/error-text.ts';
import { MAIN_TASK_QUEUE, WORKER_DEPLOYMENT } from '../domain/ids.ts';
import { grpcCodeOf, NOT_FOUND } from './grpc-code.ts';

/** Codes of gRPC. */
const PERMISSION_DENIED = 7;
const FAILED_PRECONDITION = 9;
const UNIMPLEMENTED = 12;

/** A server that works answers in milliseconds; a call that waits for a registration takes up to five seconds. */
const RPC_TIMEOUT_MS = 10_000;
/** No change of the server's leaves this as its state, so nothing is set with it. */
const NEVER = Buffer.from('never');
const IDENTITY = 'baton';

/** What the server has as a workflow's build and as the changes that its history holds. */
export interface RunningWorkflow {
  readonly workflowId: string;
  /** Id of the build that it last ran on; undefined where that had none, or it hasn't run yet. */
  readonly build: string | undefined;
  readonly changes: readonly string[];
}

/** Which build gets new work, as it was when the server was asked. */
export interface CurrentBuild {
  /** Undefined while workers without a build get it. */
  readonly id: string | undefined;
  /** All that ever polled and weren't forgotten, oldest first. */
  readonly known: readonly string[];
  /** Of the server's state then; undefined where it has none yet. */
  readonly token: Uint8Array | undefined;
}

/** The builds that a namespace's server keeps: Temporal's worker deployments. */
export class KeptBuilds {
  constructor(private readonly client: Client) {}

  /**
   * Why the server gives work to workers without looking at their builds, or undefined if it does look. Where others
   * made a build the current one, it does, whether or not this client may.
   */
  async unsupported(): Promise<string | undefined> {
    try {
      await this.setCurrent('none', NEVER);
      return undefined;
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      if (error.code !== PERMISSION_DENIED && error.code !== UNIMPLEMENTED) return undefined;
      const current = await this.current().catch(() => undefined);
      return current?.id === undefined ? error.details || firstLine(error) : undefined;
    }
  }

  async current(): Promise<CurrentBuild> {
    try {
      const answer = await this.within(() =>
        this.client.workflowService.describeWorkerDeployment({
          namespace: this.namespace,
          deploymentName: WORKER_DEPLOYMENT,
        }),
      );
      const { routingConfig, versionSummaries } = answer.workerDeploymentInfo ?? {};
      const known = (versionSummaries ?? [])
        .map(({ deploymentVersion, createTime }) => ({
          id: deploymentVersion?.buildId ?? '',
          at: Number(createTime?.seconds ?? 0),
        }))
        .sort((a, b) => a.at - b.at)
        .map(({ id }) => id);
      const id = routingConfig?.currentDeploymentVersion?.buildId || undefined;
      return { id, known, token: answer.conflictToken ?? undefined };
    } catch (error) {
      if (grpcCodeOf(error) === NOT_FOUND) return { id: undefined, known: [], token: undefined };
      throw error;
    }
  }

  /** What a build's workers wrote down of it; undefined where nobody did. */
  async read(id: string): Promise<Build | undefined> {
    try {
      const { workerDeploymentVersionInfo: info } = await this.within(() =>
        this.client.workflowService.describeWorkerDeploymentVersion({
          namespace: this.namespace,
          deploymentVersion: version(id),
        }),
      );
      const data = info?.metadata?.entries?.baton?.data;
      return data ? asBuild(id, JSON.parse(Buffer.from(data).toString('utf8'))) : undefined;
    } catch (error) {
      if (grpcCodeOf(error) === NOT_FOUND || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Writes down what a build is. Answers whether the server knows it: it does soon after its first poll. */
  async write({ id, version: release, changes }: Build): Promise<boolean> {
    const data = Buffer.from(JSON.stringify({ version: release, changes }));
    try {
      await this.within(() =>
        this.client.workflowService.updateWorkerDeploymentVersionMetadata({
          namespace: this.namespace,
          deploymentVersion: version(id),
          upsertEntries: { baton: { metadata: { encoding: Buffer.from('json/plain') }, data } },
          identity: IDENTITY,
        }),
      );
      return true;
    } catch (error) {
      if (grpcCodeOf(error) === NOT_FOUND) return false;
      throw error;
    }
  }

  /** Gives new work, and running workflows that aren't held, to a build. False if the server's state is another by now. */
  async makeCurrent(id: string, { token }: CurrentBuild): Promise<boolean> {
    try {
      await this.setCurrent(id, token);
      return true;
    } catch (error) {
      if (grpcCodeOf(error) === FAILED_PRECONDITION) return false;
      throw error;
    }
  }

  /** Baton's workflows that run. */
  async running(held: 'held' | 'all' = 'all'): Promise<RunningWorkflow[]> {
    const found: RunningWorkflow[] = [];
    const only = held === 'held' ? " AND TemporalWorkflowVersioningBehavior = 'Pinned'" : '';
    const query = `TaskQueue = '${MAIN_TASK_QUEUE}' AND ExecutionStatus = 'Running'${only}`;
    for await (const { workflowId, searchAttributes } of this.client.workflow.list({ query })) {
      const [deployed] = (searchAttributes.TemporalWorkerDeploymentVersion ?? []) as string[];
      const changes = (searchAttributes.TemporalChangeVersion ?? []) as string[];
      // The server writes `<deployment>:<build>`.
      const build = deployed?.slice(WORKER_DEPLOYMENT.length + 1);
      found.push({ workflowId, build, changes });
    }
    return found;
  }

  /** Holds a workflow for workers of one build; `undefined` lets it follow the current one again. */
  async hold(workflowId: string, build: string | undefined): Promise<void> {
    const pinned = build === undefined ? undefined : { behavior: 1, version: version(build) };
    try {
      await this.within(() =>
        this.client.workflowService.updateWorkflowExecutionOptions({
          namespace: this.namespace,
          workflowExecution: { workflowId },
          workflowExecutionOptions: pinned === undefined ? {} : { versioningOverride: { pinned } },
          updateMask: { paths: ['versioning_override'] },
        }),
      );
    } catch (error) {
      // It ended meanwhile.
      if (grpcCodeOf(error) !== NOT_FOUND && grpcCodeOf(error) !== FAILED_PRECONDITION) throw error;
    }
  }

  /** Features that run, by a query on their workflows. */
  async count(query: string): Promise<number> {
    const { count } = await this.within(() => this.client.workflow.count(query));
    return count;
  }

  private setCurrent(id: string, conflictToken: Uint8Array | undefined) {
    return this.within(() =>
      this.client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: this.namespace,
        deploymentName: WORKER_DEPLOYMENT,
        buildId: id,
        // A worker whose agent slots are all taken doesn't ask for packets, and has the workflows nevertheless.
        ignoreMissingTaskQueues: true,
        ...(conflictToken && { conflictToken }),
        identity: IDENTITY,
      }),
    );
  }

  private within<T>(call: () => Promise<T>): Promise<T> {
    return this.client.withDeadline(Date.now() + RPC_TIMEOUT_MS, call);
  }

  private get namespace(): string {
    return this.client.options.namespace;
  }
}

const version = (buildId: string) => ({ deploymentName: WORKER_DEPLOYMENT, buildId });
function asBuild(id: string, value: unknown): Build | undefined {
  const { version: release, changes } = (value ?? {}) as Partial<Build>;
  if (typeof release !== 'string' || !Array.isArray(changes)) return undefined;
  return { id, version: release, changes: changes.map(String) };
}
