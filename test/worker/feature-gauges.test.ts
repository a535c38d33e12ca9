import type { Client } from '@temporalio/client';
import { noopMetricMeter } from '@temporalio/common';
import { expect, it } from 'vitest';
import { ATTENTION_KINDS } from '../../src/domain/attention.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import { PACKET_STATUSES } from '../../src/domain/packet.ts';
import { countsOf, FeatureGauges } from '../../src/worker/feature-gauges.ts';
import { type FeatureCounts, Metrics } from '../../src/worker/metrics.ts';

const item = (kind: string, openedAt: string) => ({ kind, openedAt }) as FeatureStatus['attention'][number];
const packet = (status: string) => ({ status }) as FeatureStatus['packets'][number];
const first = {
  packets: [packet('running'), packet('merged'), packet('running')],
  attention: [item('question', '2026-01-01T00:00:00Z'), item('budget', '2026-01-01T00:01:00Z')],
};
const second = { packets: [packet('running')], attention: [item('question', '2026-01-01T00:00:30Z')] };

it('counts packets by status and open items by kind with the age of the oldest, and says zero of all others', () => {
  const counts = countsOf([first, second], Date.parse('2026-01-01T00:02:00Z'));
  expect(counts.features).toBe(2);
  expect(counts.packets).toMatchObject({ running: 3, merged: 1, waiting: 0 });
  expect(Object.keys(counts.packets)).toEqual([...PACKET_STATUSES]);
  expect(counts.items).toMatchObject({
    question: { open: 2, oldest: 120 },
    budget: { open: 1, oldest: 60 },
    conflict: { open: 0, oldest: 0 },
  });
  expect(Object.keys(counts.items)).toEqual([...ATTENTION_KINDS]);
});

it('asks a feature for its status only if its history has grown', async () => {
  let length = 10;
  let running = ['one', 'two'];
  const asked: string[] = [];
  const client = {
    workflow: {
      async *list() {
        yield* running.map((id) => ({ workflowId: `feature:${id}`, runId: `run-${id}` }));
      },
      getHandle: (id: string) => ({
        describe: async () => ({ historyLength: id === 'feature:one' ? length : 5 }),
        query: async () => {
          asked.push(id);
          return first;
        },
      }),
    },
  } as unknown as Client;
  const told: FeatureCounts[] = [];
  class Told extends Metrics {
    override featureCounts(counts: FeatureCounts): void {
      told.push(counts);
    }
  }
  const gauges = new FeatureGauges(client, new Told(noopMetricMeter));
  await gauges.look();
  await gauges.look();
  expect(asked).toEqual(['feature:one', 'feature:two']);
  length = 11;
  await gauges.look();
  expect(asked).toEqual(['feature:one', 'feature:two', 'feature:one']);
  running = ['two'];
  await gauges.look();
  expect(told.map(({ features }) => features)).toEqual([2, 2, 2, 1]);
  expect(asked).toHaveLength(3);
});
