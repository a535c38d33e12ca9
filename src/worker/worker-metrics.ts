import type { Client } from '@temporalio/client';
import { Runtime, type RuntimeOptions } from '@temporalio/worker';
import { inAgentSlot, type SlotListeners } from '../activities/in-agent-slot.ts';
import type { HomeActivities } from '../domain/activities.ts';
import type { AgentSlots } from '../homes/agent-slots.ts';
import { FeatureGauges } from './feature-gauges.ts';
import { measured } from './measured.ts';
import { BUCKETS, Metrics } from './metrics.ts';

/** Serves the SDK's metrics, and Baton's with them, in Prometheus's own names: units and `_total` at the end. */
export const prometheusAt = (bindAddress: string): NonNullable<RuntimeOptions['telemetryOptions']> => ({
  metrics: {
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: BUCKETS,
    },
  },
});

/** How often the slots are looked at: Prometheus sees no more. */
const SLOTS_MS = 5000;

/** What a worker measures of itself, if it serves metrics at all. */
export class WorkerMetrics {
  private readonly metrics: Metrics | undefined;
  private readonly gauges: FeatureGauges | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    served: boolean,
    client: Client,
    private readonly slots: AgentSlots,
  ) {
    if (!served) return;
    const { namespace } = client.options;
    this.metrics = new Metrics(Runtime.instance().metricMeter.withTags({ namespace }));
    this.gauges = new FeatureGauges(client, this.metrics);
  }

  /** The activities, held to the worker's agent slots, and counted. */
  of(activities: HomeActivities, told: Pick<SlotListeners, 'progress' | 'worker'> = {}): HomeActivities {
    const { metrics, slots } = this;
    if (metrics === undefined) return inAgentSlot(activities, slots, told);
    return measured(
      inAgentSlot(activities, slots, { ...told, waited: (seconds) => metrics.slotWait(seconds) }),
      metrics,
    );
  }

  start(): void {
    const { metrics, slots } = this;
    if (metrics === undefined) return;
    metrics.slotCount(slots.count);
    this.timer = setInterval(() => metrics.slotCount(slots.count), SLOTS_MS);
    this.timer.unref();
    this.gauges?.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.gauges?.stop();
  }
}
