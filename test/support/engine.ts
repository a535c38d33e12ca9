import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { execa } from 'execa';
import { featureWorkflowId, MAIN_TASK_QUEUE } from '../../src/domain/ids.ts';
import {
  type FeatureRequest,
  type FeatureStatus,
  QUERIES,
  SIGNALS,
  UPDATES,
  WORKFLOWS,
} from '../../src/domain/messages.ts';
import { type Packet, type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import type { RunningWorker } from '../../src/worker/running-worker.ts';
import { startWorker } from '../../src/worker.ts';
import { namespaceOf } from './namespace.ts';
import type { TinyRepository } from './tiny-repository.ts';
import { until } from './until.ts';

export { until } from './until.ts';

export const exists = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(() => undefined);

/** A worker process that a test may kill. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
  readonly ended: Promise<void>;
}

const spawnWorker = (env: Readonly<Record<string, string>>) =>
  execa('node', ['--import', 'tsx', 'src/worker.ts'], {
    env,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });

const NOT_FAILED = [
  'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND',
  'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW',
];

/** A namespace with a worker of its own, and features in it. */
export class Engine {
  private workers: RunningWorker[] = [];
  private processes: ReturnType<typeof spawnWorker>[] = [];

  private constructor(
    readonly client: Client,
    readonly namespace: string,
    readonly address: string,
    readonly home: string,
  ) {}

  static async start(
    address: string,
    options: { worker?: boolean; env?: Record<string, string>; namespace?: string } = {},
  ): Promise<Engine> {
    const { client, namespace } = await namespaceOf(address, options.namespace);
    const home = await mkdtemp(path.join(tmpdir(), 'baton-home-'));
    const engine = new Engine(client, namespace, address, home);
    if (options.worker !== false) await engine.worker();
    return engine;
  }

  /** A worker in this process. `agents`: by default as many as tests hold; those of the slots say how many there are. */
  async worker(home = this.home, hub?: string, agents = 100): Promise<RunningWorker> {
    const worker = await startWorker({
      connection: { address: this.address },
      namespace: this.namespace,
      homeDir: home,
      hub,
      agents,
      checks: 100,
    });
    this.workers.push(worker);
    return worker;
  }

  /** A worker in a process of its own, to be killed. Resolves when it is ready. */
  async workerProcess(env: Readonly<Record<string, string>> = {}, home = this.home): Promise<WorkerProcess> {
    const child = spawnWorker({
      TEMPORAL_ADDRESS: this.address,
      TEMPORAL_NAMESPACE: this.namespace,
      BATON_HOME: home,
      BATON_WORKER_CHECKS: '100',
      ...env,
    });
    this.processes.push(child);
    await new Promise<void>((resolve, reject) => {
      let text = '';
      child.stderr?.on('data', (piece: Buffer) => {
        text += piece.toString();
        if (text.includes('worker on home')) resolve();
      });
      void child.then(() => reject(new Error(`the worker ended: ${text}`)));
    });
    // Not the child itself: it is thenable, and an async function would wait for its end.
    return { pid: child.pid, kill: (signal) => child.kill(signal), ended: child.then(() => undefined) };
  }

  async feature(
    tiny: Pick<TinyRepository, 'repo' | 'git'>,
    options: {
      id?: string;
      yes?: boolean;
      packets?: readonly PacketDraft[];
      request?: string;
      root?: string | undefined;
    } = {},
  ): Promise<Feature> {
    const id = options.id ?? 'tiny';
    const request: FeatureRequest = {
      feature: id,
      request: options.request ?? 'Add the files',
      repo: tiny.repo,
      base: 'main',
      baseCommit: await tiny.git('rev-parse', 'main'),
      ...(options.root !== undefined && { root: options.root }),
      packets: (options.packets ?? []).map((packet): Packet => packetSchema.parse(packet)),
      yes: options.yes ?? false,
      startedBy: 'test',
      searchAttributes: false,
    };
    const handle = await this.client.workflow.start(WORKFLOWS.feature, {
      taskQueue: MAIN_TASK_QUEUE,
      workflowId: featureWorkflowId(id),
      args: [request],
    });
    return new Feature(handle);
  }

  /** Files in the home that contain a text. */
  async filesWith(text: string): Promise<string[]> {
    const found = await execa('grep', ['-rlF', '--', text, this.home], { reject: false });
    return found.stdout.split('\n').filter((line) => line !== '');
  }

  /** The hubs in the home: their refs as text, the commits of those, and git on them. */
  async hubs(): Promise<{ refs: string; commits: string[]; git: (...args: string[]) => Promise<string> }[]> {
    const folder = path.join(this.home, 'hubs');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.git'));
    return Promise.all(
      names.map(async (name) => {
        const git = async (...args: string[]) =>
          (await execa('git', args, { cwd: path.join(folder, name) })).stdout;
        const refs = await git('for-each-ref', '--format=%(objectname) %(refname)');
        return { refs, commits: refs.split('\n').map((line) => line.split(' ')[0] ?? ''), git };
      }),
    );
  }

  /** The histories of all workflows so far, as JSON, by workflow and run id. */
  async histories(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { workflowId, runId } of this.client.workflow.list()) {
      const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
      found.set(`${workflowId} ${runId}`, historyToJSON(history));
    }
    return found;
  }

  /** Workflow tasks that failed, which no message and no agent may bring about: workflow id and reason. */
  async failedWorkflowTasks(): Promise<string[]> {
    const failed: string[] = [];
    for (const [id, text] of await this.histories())
      for (const event of (JSON.parse(text) as { events: Record<string, unknown>[] }).events) {
        const task = event.workflowTaskFailedEventAttributes as { cause?: string } | undefined;
        // A message came while the workflow ended: the server has it look at that first. No failure of anybody's.
        // And the task that a reset goes back to is marked so.
        if (task === undefined || NOT_FAILED.includes(task.cause ?? '')) continue;
        failed.push(`${id}: ${JSON.stringify(task).slice(0, 1000)}`);
      }
    return failed;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.shutdown().catch(() => undefined)));
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all(this.processes);
    await this.client.connection.close();
  }
}

/** A feature under test. */
export class Feature {
  constructor(readonly handle: WorkflowHandle) {}

  status(): Promise<FeatureStatus> {
    return this.handle.query<FeatureStatus>(QUERIES.status);
  }

  report(): Promise<FeatureReport> {
    return this.handle.result() as Promise<FeatureReport>;
  }

  /** The open item whose id begins so, as soon as there is one. */
  item(stem: string) {
    return until(`an item ${stem}`, async () => {
      const { attention } = await this.status().catch(() => ({
        attention: [] as FeatureStatus['attention'],
      }));
      return attention.find(({ id }) => id.startsWith(stem));
    });
  }

  /** Decides the item whose id begins so, by update. */
  async decide(stem: string, choice: string, note?: string): Promise<void> {
    const { id } = await this.item(stem);
    await this.handle.executeUpdate(UPDATES.decide, {
      args: [{ item: id, choice, by: 'tester', ...(note !== undefined && { note }) }],
    });
  }

  signal(name: keyof typeof SIGNALS, argument?: unknown): Promise<void> {
    return this.handle.signal(SIGNALS[name], ...(argument === undefined ? [] : [argument]));
  }
}
