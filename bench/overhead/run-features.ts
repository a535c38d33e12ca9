import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { featureWorkflowId, MAIN_TASK_QUEUE, packetWorkflowId } from '../../src/domain/ids.ts';
import { type FeatureRequest, WORKFLOWS } from '../../src/domain/messages.ts';
import type { Packet } from '../../src/domain/packet.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { type ReadHistory, readHistory } from './read-history.ts';
import { type Case, lowerBound, packetsOf } from './shapes.ts';
import { syntheticRepository } from './synthetic-repository.ts';

/** What the histories of a case tell; times in milliseconds unless said otherwise. */
export interface FeaturesRun extends Case {
  /** From the start of a feature's first packet to the end of its last; the longest of all features, seconds. */
  readonly makespan: number;
  /** Seconds that no schedule could go below. */
  readonly bound: number;
  readonly ratio: number;
  /** From "the branch has moved" to "the dependent's agent began", where packets hang on others. */
  readonly mergeToStart: { readonly median: number; readonly worst: number } | null;
  /** Of the feature's own history, divided by its packets. */
  readonly eventsPerPacket: number;
  readonly ownEventsPerPacket: number;
  readonly bytesPerPacket: number;
  /** Of a packet's history, the mean. */
  readonly packetEvents: number;
  readonly packetBytes: number;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number, digits = 1) => Number(value.toFixed(digits));

/**
 * Runs the case on a repository of its own and reads what happened from the histories.
 * @param observe - called before the features begin and after they have ended
 */
export async function runFeatures(
  client: Client,
  one: Case,
  observe: () => Promise<void>,
): Promise<FeaturesRun> {
  const { features, packets: count, shape, slots } = one;
  const synthetic = await syntheticRepository(one);
  try {
    const packets = packetsOf(count, shape, slots);
    const ids = Array.from({ length: features }, (_, n) => `bench-${n}`);
    await observe();
    const handles = await Promise.all(
      ids.map((feature) => {
        const request: FeatureRequest = {
          feature,
          request: 'Measure what Baton costs',
          repo: synthetic.repo,
          base: 'main',
          baseCommit: synthetic.commit,
          packets,
          yes: true,
          startedBy: 'bench',
          searchAttributes: false,
        };
        const workflowId = featureWorkflowId(feature);
        return client.workflow.start(WORKFLOWS.feature, {
          taskQueue: MAIN_TASK_QUEUE,
          workflowId,
          args: [request],
        });
      }),
    );
    const reports = (await Promise.all(handles.map((handle) => handle.result()))) as FeatureReport[];
    await observe();
    const failed = reports.find(({ outcome }) => outcome !== 'landed');
    if (failed) throw new Error(`${failed.feature} ended as ${failed.outcome}: ${failed.reason}`);
    const histories = await Promise.all(
      ids.map((feature) => readHistory(client, featureWorkflowId(feature))),
    );
    const children = await Promise.all(ids.map((feature) => packetHistories(client, feature, packets)));
    const spans = histories.map(spanOf);
    const makespan = Math.max(...spans) / 1000;
    const bound = round(lowerBound(one), 2);
    const all = children.flatMap((found) => [...found.values()]);
    const gaps = (
      await Promise.all(ids.map((feature, n) => startGaps(synthetic.began, feature, packets, children[n])))
    ).flat();
    return {
      ...one,
      makespan: round(makespan, 2),
      bound,
      ratio: round(makespan / bound, 3),
      mergeToStart: gaps.length === 0 ? null : { median: median(gaps), worst: Math.max(...gaps) },
      eventsPerPacket: round(mean(histories.map(({ events }) => events)) / count),
      ownEventsPerPacket: round(mean(histories.map(({ ownEvents }) => ownEvents)) / count),
      bytesPerPacket: Math.round(mean(histories.map(({ bytes }) => bytes)) / count),
      packetEvents: round(mean(all.map(({ events }) => events))),
      packetBytes: Math.round(mean(all.map(({ bytes }) => bytes))),
    };
  } finally {
    await rm(synthetic.dir, { recursive: true, force: true });
  }
}

const spanOf = (history: ReadHistory): number => {
  const began = history.first('EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED');
  const ended = history.last('EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED');
  if (began === undefined || ended === undefined) throw new Error('no packet was started, or none ended');
  return ended - began;
};

async function packetHistories(
  client: Client,
  feature: string,
  packets: readonly Packet[],
): Promise<Map<string, ReadHistory>> {
  const found = new Map<string, ReadHistory>();
  for (const { id } of packets) found.set(id, await readHistory(client, packetWorkflowId(feature, id)));
  return found;
}

/** For every packet with a dependency: from the last one's merge to its own agent's first line. */
async function startGaps(
  began: string,
  feature: string,
  packets: readonly Packet[],
  histories: ReadonlyMap<string, ReadHistory> | undefined,
): Promise<number[]> {
  const gaps: number[] = [];
  for (const { id, dependencies } of packets) {
    if (dependencies.length === 0) continue;
    const merged = dependencies.map(({ packet }) => histories?.get(packet)?.completed('moveBranch') ?? 0);
    const start = Number(await readFile(path.join(began, `${feature}.${id}`), 'utf8'));
    gaps.push(Math.round(start - Math.max(...merged)));
  }
  return gaps;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
