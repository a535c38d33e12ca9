import { featureOfWorkflowId } from '../../domain/ids.ts';
import { type FeatureStatus, QUERIES, WORKFLOWS } from '../../domain/messages.ts';
import type { Server } from './connection.ts';
import { query, resultOf } from './feature-lookup.ts';
import { savedReports } from './saved-reports.ts';
import { workerMissing } from './task-queue.ts';

/** A line of `baton list`. */
export interface FeatureEntry {
  readonly feature: string;
  /** `running`, an outcome, or the server's word for an end without a report. */
  readonly state: string;
  readonly phase?: string;
  readonly openItems?: number;
  /** Since when the oldest of them waits, ISO 8601. */
  readonly waitsSince?: string;
  /** The last sign of life of any of its packets, ISO 8601. */
  readonly heardAt?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly request?: string;
}

/** Queries at once: each may cost a worker a replay. */
const AT_ONCE = 5;

/** Features of the server and, where it has forgotten them, of the home; newest first. */
export async function listFeatures(server: Server, home: string, limit: number): Promise<FeatureEntry[]> {
  const saved = new Map((await savedReports(home)).map((report) => [report.feature, report]));
  const worker = (await workerMissing(server.client)) === undefined;
  const found: {
    readonly id: string;
    readonly state: string;
    readonly start: Date;
    readonly close?: Date;
  }[] = [];
  for await (const one of server.client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.feature}'` })) {
    const id = featureOfWorkflowId(one.workflowId);
    if (id === undefined) continue;
    const close = one.closeTime;
    found.push({ id, state: one.status.name, start: one.startTime, ...(close && { close }) });
    if (found.length >= limit) break;
  }
  const entries = await inTurns(found, async ({ id, state, start, close }): Promise<FeatureEntry> => {
    const times = { startedAt: start.toISOString(), ...(close && { endedAt: close.toISOString() }) };
    if (state === 'RUNNING') {
      const answer = worker ? await query<FeatureStatus>(server.client, id, QUERIES.status) : undefined;
      if (!answer || !('value' in answer)) return { feature: id, state: 'running', ...times };
      const { phase, attention, request, packets } = answer.value;
      const waitsSince = attention.map(({ openedAt }) => openedAt).sort()[0];
      const heardAt = packets
        .flatMap(({ lastCheck = [] }) => lastCheck)
        .sort()
        .at(-1);
      return {
        feature: id,
        state: 'running',
        phase,
        openItems: attention.length,
        ...(waitsSince !== undefined && { waitsSince }),
        ...(heardAt !== undefined && { heardAt }),
        request,
        ...times,
      };
    }
    const report = saved.get(id) ?? (state === 'COMPLETED' ? await resultOf(server.client, id) : undefined);
    if (report === undefined || 'why' in report) return { feature: id, state: state.toLowerCase(), ...times };
    return { feature: id, state: report.outcome, request: report.request, ...times };
  });
  const known = new Set(found.map(({ id }) => id));
  const forgotten = [...saved.values()]
    .filter(({ feature }) => !known.has(feature))
    .map(({ feature, outcome, request, startedAt, endedAt }) => ({
      feature,
      state: outcome,
      request,
      startedAt,
      endedAt,
    }));
  return [...entries, ...forgotten]
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
    .slice(0, limit);
}

/** Ids of the features that run. */
export async function runningFeatures({ client }: Server): Promise<string[]> {
  const ids: string[] = [];
  const running = `WorkflowType = '${WORKFLOWS.feature}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query: running })) {
    const id = featureOfWorkflowId(workflowId);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** Maps with a few calls at a time, keeping the order. */
export async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    results.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))));
  return results;
}
