import type { Client } from '@temporalio/client';
import { ATTENTION_KINDS } from '../domain/attention.ts';
import { type FeatureStatus, QUERIES, WORKFLOWS } from '../domain/messages.ts';
import { PACKET_STATUSES } from '../domain/packet.ts';
import type { FeatureCounts, Metrics } from './metrics.ts';

/** As often as Prometheus usually asks. */
const EVERY_MS = 15_000;
/** Queries at once: each may cost a worker a replay. */
const AT_ONCE = 5;

type Seen = Pick<FeatureStatus, 'packets' | 'attention'>;

/** What is counted of the features, of which each was seen at a length of its history. */
export function countsOf(features: readonly Seen[], now: number): FeatureCounts {
  const all = features.flatMap(({ packets }) => packets);
  const open = features.flatMap(({ attention }) => attention);
  const byStatus = PACKET_STATUSES.map((status) => [
    status,
    all.filter((one) => one.status === status).length,
  ]);
  const byKind = ATTENTION_KINDS.map((kind) => {
    const times = open.filter((item) => item.kind === kind).map(({ openedAt }) => Date.parse(openedAt));
    const oldest = times.length === 0 ? 0 : Math.max(0, (now - Math.min(...times)) / 1000);
    return [kind, { open: times.length, oldest }];
  });
  return {
    features: features.length,
    packets: Object.fromEntries(byStatus),
    items: Object.fromEntries(byKind),
  };
}

/**
 * Tells the metrics now and then what the features of the namespace are at. A feature is asked for its status only if its
 * history has grown: one that waits for a person costs the server a look, and no worker a replay.
 */
export class FeatureGauges {
  private readonly seen = new Map<string, { readonly length: number; readonly status: Seen }>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly client: Client,
    private readonly metrics: Metrics,
  ) {}

  start(): void {
    // A server that can't be asked is seen by other metrics; what was last known stays.
    this.looking = this.look()
      .catch(() => undefined)
      .then(() => {
        if (this.stopped) return;
        this.timer = setTimeout(() => this.start(), EVERY_MS);
        this.timer.unref();
      });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Looks once, and tells what it saw. */
  async look(): Promise<void> {
    const running: string[] = [];
    const query = `WorkflowType = '${WORKFLOWS.feature}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, runId } of this.client.workflow.list({ query }))
      running.push(`${runId} ${workflowId}`);
    for (const key of this.seen.keys()) if (!running.includes(key)) this.seen.delete(key);
    for (let at = 0; at < running.length && !this.stopped; at += AT_ONCE)
      await Promise.all(
        running.slice(at, at + AT_ONCE).map((key) => this.lookAt(key).catch(() => undefined)),
      );
    const statuses = [...this.seen.values()].map(({ status }) => status);
    this.metrics.featureCounts(countsOf(statuses, Date.now()));
  }

  private async lookAt(key: string): Promise<void> {
    const [runId = '', workflowId = ''] = key.split(/ (.*)/s);
    const handle = this.client.workflow.getHandle(workflowId, runId);
    const { historyLength } = await handle.describe();
    if (this.seen.get(key)?.length === historyLength) return;
    const { packets, attention } = await handle.query<FeatureStatus>(QUERIES.status);
    this.seen.set(key, { length: historyLength, status: { packets, attention } });
  }
}
