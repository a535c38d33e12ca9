import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startDevServer } from '../../src/dev-server/dev-server.ts';
import { featureWorkflowId, MAIN_TASK_QUEUE } from '../../src/domain/ids.ts';
import { type FeatureRequest, WORKFLOWS } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { tableOf } from '../overhead/markdown.ts';
import { largestMemoryOf, timesOf } from '../overhead/proc-stat.ts';
import { packetsOf } from '../overhead/shapes.ts';
import { syntheticRepository } from '../overhead/synthetic-repository.ts';
import { startWorkerProcess } from '../overhead/worker-process.ts';
import { actionsIn } from './actions.ts';

// `npm run bench:capacity -- 50 200 1000`: what as many features at once cost a server and a worker, each with one packet
// whose agent is instant. Heartbeats aren't in a history, and so aren't in the actions.

const THIS = path.resolve(import.meta.dirname, '../..');
/** Agents of the one worker: instant ones keep two cores busy with so few. */
const AGENTS = '8';
const MIB = 1024 * 1024;

/** Of all workflows of the namespace: features, packets, queues. */
interface HistoryCost {
  readonly workflows: number;
  readonly events: number;
  /** As the server counts them. */
  readonly bytes: number;
  readonly actions: number;
}

interface Capacity extends HistoryCost {
  readonly features: number;
  /** From the first start to the last report, seconds. */
  readonly took: number;
  /** The worker's process at its largest, MiB. */
  readonly memory: number | null;
  /** Processor time of the worker, its children and the server, seconds. */
  readonly processor: number;
  /** What the server's database grew to, MiB. */
  readonly database: number;
}

async function measure(features: number): Promise<Capacity> {
  const directory = await mkdtemp(path.join(tmpdir(), 'baton-capacity-'));
  const dbFilename = path.join(directory, 'temporal.db');
  const server = await startDevServer({ dbFilename, port: 0, uiPort: 0 });
  const connection = await Connection.connect({ address: server.address });
  try {
    const client = new Client({ connection, namespace: server.namespace });
    const worker = await startWorkerProcess(THIS, {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      BATON_HOME: path.join(directory, 'home'),
      BATON_WORKER_AGENTS: AGENTS,
      BATON_WORKER_SANDBOX: 'off',
    });
    try {
      const began = performance.now();
      await Promise.race([runAll(client, features), worker.died]);
      const took = (performance.now() - began) / 1000;
      const times = await Promise.all([worker.pid, server.pid].map(timesOf));
      const cost = await costOfAll(client);
      const sizes = await Promise.all([dbFilename, `${dbFilename}-wal`].map((file) => sizeOf(file)));
      return {
        features,
        ...cost,
        took,
        memory: await largestMemoryOf(worker.pid),
        processor: times.reduce((sum, each) => sum + each.user + each.system + each.endedChildren, 0),
        database: sizes.reduce((sum, size) => sum + size, 0) / MIB,
      };
    } finally {
      await worker.stop();
    }
  } finally {
    await connection.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

async function runAll(client: Client, features: number): Promise<void> {
  const synthetic = await syntheticRepository({ slots: 1, agentSeconds: 0, checkSeconds: 0 });
  try {
    const handles = await Promise.all(
      Array.from({ length: features }, (_, n) => {
        const request: FeatureRequest = {
          feature: `capacity-${n}`,
          request: 'Measure what many features cost',
          repo: synthetic.repo,
          base: 'main',
          baseCommit: synthetic.commit,
          packets: packetsOf(1, 'independent', 1),
          yes: true,
          startedBy: 'bench',
          searchAttributes: false,
        };
        return client.workflow.start(WORKFLOWS.feature, {
          taskQueue: MAIN_TASK_QUEUE,
          workflowId: featureWorkflowId(request.feature),
          args: [request],
        });
      }),
    );
    const reports = (await Promise.all(handles.map((handle) => handle.result()))) as FeatureReport[];
    const other = reports.find(({ outcome }) => outcome !== 'landed');
    if (other) throw new Error(`${other.feature} ended as ${other.outcome}: ${other.reason}`);
  } finally {
    await rm(synthetic.dir, { recursive: true, force: true });
  }
}

async function costOfAll(client: Client): Promise<HistoryCost> {
  const cost = { workflows: 0, events: 0, bytes: 0, actions: 0 };
  for await (const { workflowId, runId, historyLength, historySize } of client.workflow.list()) {
    cost.workflows += 1;
    cost.events += historyLength;
    cost.bytes += historySize ?? 0;
    cost.actions += actionsIn(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
  return cost;
}

const counts = process.argv.slice(2).map(Number);
if (counts.length === 0 || counts.some((n) => !Number.isInteger(n) || n < 1 || n > 2000)) {
  console.error(
    'How many features at once? Whole numbers from 1 to 2000, e.g.: npm run bench:capacity -- 50 200',
  );
  process.exit(2);
}
const measured: Capacity[] = [];
for (const count of counts) {
  measured.push(await measure(count));
  console.error(JSON.stringify(measured.at(-1)));
}
const each = (value: number, { features }: Capacity, digits = 1) => (value / features).toFixed(digits);
const columns: readonly (readonly [string, (one: Capacity) => string])[] = [
  ['features at once', ({ features }) => String(features)],
  ['time', ({ took }) => `${took.toFixed(0)} s`],
  ['workflows a feature', (one) => each(one.workflows, one, 2)],
  ['events a feature', (one) => each(one.events, one)],
  ['history a feature', (one) => `${each(one.bytes / 1024, one)} KiB`],
  ['actions a feature', (one) => each(one.actions, one)],
  ['processor time a feature', (one) => `${each(one.processor, one, 2)} s`],
  ['database', ({ database }) => `${database.toFixed(0)} MiB`],
  ["worker's memory", ({ memory }) => (memory === null ? '-' : `${memory.toFixed(0)} MiB`)],
];
console.log(
  tableOf(
    columns.map(([head]) => head),
    measured.map((one) => columns.map(([, text]) => text(one))),
  ),
);
