import type { MetricMeter } from '@temporalio/common';
import type { AgentRunEnd } from '../domain/activities.ts';
import type { RunFigures } from '../domain/outcomes.ts';
import type { Phase } from '../domain/phase.ts';

/**
 * Upper bounds of histograms, by metric. A free slot costs nothing and a full worker hours; a run takes seconds to hours
 * and costs cents to tens of dollars.
 */
export const BUCKETS: Readonly<Record<string, number[]>> = {
  baton_agent_slot_wait: [0.1, 1, 10, 60, 300, 900, 3600, 4 * 3600, 24 * 3600],
  baton_turn_wait: [0.1, 1, 10, 60, 300, 900, 3600, 4 * 3600, 24 * 3600],
  baton_agent_run_duration: [10, 60, 300, 900, 1800, 3600, 4 * 3600, 24 * 3600],
  baton_agent_run_cost: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 50],
};

/** Numbers of the workers' agents, for a dashboard. */
export interface SlotCount {
  readonly size: number;
  readonly used: number;
  readonly waiting: number;
}

/** What the features that run are at, over all workers of the namespace. */
export interface FeatureCounts {
  /** By status. */
  readonly packets: Readonly<Record<string, number>>;
  /** Open items and the age of the oldest in seconds, by kind. */
  readonly items: Readonly<Record<string, { readonly open: number; readonly oldest: number }>>;
  readonly features: number;
}

/**
 * Baton's own metrics. Labels are words of fixed lists (phase, end, status, kind) and the runner's name: no feature, no
 * packet, no path and no text of anybody's, so their number is bounded and nothing secret can get in.
 */
export class Metrics {
  private readonly runs;
  private readonly duration;
  private readonly cost;
  private readonly tokens;
  private readonly waits;
  private readonly steps;
  private readonly packets;
  private readonly items;
  private readonly oldest;
  private readonly features;
  private readonly slots;

  constructor(meter: MetricMeter) {
    this.runs = meter.createCounter('baton_agent_runs', undefined, 'Agent runs that ended, by end');
    this.duration = meter.createHistogram(
      'baton_agent_run_duration',
      'float',
      'seconds',
      'How long runs took',
    );
    this.cost = meter.createHistogram('baton_agent_run_cost', 'float', 'usd', 'Cost of runs, where known');
    this.tokens = meter.createCounter('baton_agent_tokens', undefined, 'Tokens of runs, where known');
    this.waits = meter.createHistogram(
      'baton_agent_slot_wait',
      'float',
      'seconds',
      'How long runs waited for a slot of this worker',
    );
    this.steps = meter.createCounter(
      'baton_steps',
      undefined,
      'Merges, landings and release steps, by outcome',
    );
    this.packets = meter.createGauge(
      'baton_packets',
      'int',
      undefined,
      'Packets of running features, by status',
    );
    this.items = meter.createGauge('baton_open_items', 'int', undefined, 'Open attention items, by kind');
    this.oldest = meter.createGauge(
      // Only histograms get their unit added by the SDK.
      'baton_oldest_item_age_seconds',
      'int',
      undefined,
      'How long the oldest open item waits, by kind',
    );
    this.features = meter.createGauge('baton_features', 'int', undefined, 'Features that run');
    this.slots = meter.createGauge('baton_agent_slots', 'int', undefined, 'Agent slots of this worker');
  }

  /** Once for each time that a run's outcome is handed to the workflow. */
  agentRun(phase: Phase, end: AgentRunEnd['kind'], figures: RunFigures): void {
    const of = { phase, runner: figures.runner };
    this.runs.add(1, { ...of, end });
    this.duration.record(figures.durationMs / 1000, of);
    if (figures.costUsd !== undefined) this.cost.record(figures.costUsd, of);
    if (figures.inputTokens !== undefined)
      this.tokens.add(Math.round(figures.inputTokens), { ...of, direction: 'in' });
    if (figures.outputTokens !== undefined)
      this.tokens.add(Math.round(figures.outputTokens), { ...of, direction: 'out' });
  }

  slotWait(seconds: number): void {
    this.waits.record(seconds);
  }

  /** A merge, landing or release step that was done or found wanting. */
  step(step: string, outcome: string): void {
    this.steps.add(1, { step, outcome });
  }

  slotCount({ size, used, waiting }: SlotCount): void {
    this.slots.set(size, { state: 'all' });
    this.slots.set(used, { state: 'used' });
    this.slots.set(waiting, { state: 'waited-for' });
  }

  featureCounts({ packets, items, features }: FeatureCounts): void {
    this.features.set(features);
    for (const [status, count] of Object.entries(packets)) this.packets.set(count, { status });
    for (const [kind, { open, oldest }] of Object.entries(items)) {
      this.items.set(open, { kind });
      this.oldest.set(Math.round(oldest), { kind });
    }
  }
}
