import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { featureIdProblem, featureOfWorkflowId, featureWorkflowId } from '../../domain/ids.ts';
import { type FeatureStatus, QUERIES, WORKFLOWS } from '../../domain/messages.ts';
import { nearest } from '../../domain/nearest.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { CommandError } from '../command-error.ts';
import type { Server } from './connection.ts';
import { savedReport } from './saved-reports.ts';
import { workerMissing } from './task-queue.ts';

/** A worker answers a query in well under a second; one that has to replay a long history takes a few. */
const QUERY_TIMEOUT_MS = 6_000;
const RPC_TIMEOUT_MS = 5_000;

/** What is known of a feature now. */
export type Snapshot =
  | { readonly kind: 'status'; readonly status: FeatureStatus }
  /** It has ended, and this is what it came to. */
  | { readonly kind: 'report'; readonly report: FeatureReport }
  /** It has ended without a report, e.g. terminated; `state` is the server's word. */
  | { readonly kind: 'ended'; readonly state: string; readonly why?: string }
  /** `worker`: whether one is there that could have answered. */
  | { readonly kind: 'unanswered'; readonly worker: boolean; readonly why: string };

/** Runs a call with a time limit of its own. */
export const within = <T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> =>
  client.withDeadline(Date.now() + ms, call);

/** Asks a feature's workflow. Undefined where nobody answered, with the reason. */
export async function query<T>(
  client: Client,
  feature: string,
  name: (typeof QUERIES)[keyof typeof QUERIES],
): Promise<{ readonly value: T } | { readonly unanswered: string }> {
  const handle = client.workflow.getHandle(featureWorkflowId(feature));
  try {
    return { value: await within(client, QUERY_TIMEOUT_MS, () => handle.query<T>(name)) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || !(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error;
    if (error instanceof QueryNotRegisteredError) return { unanswered: 'it has not begun yet' };
    return { unanswered: isGrpcServiceError(cause) ? cause.details || cause.message : cause.message };
  }
}

/** The server's word for a workflow's state, or undefined where it has none of that id. */
export async function describeFeature(client: Client, feature: string) {
  try {
    const handle = client.workflow.getHandle(featureWorkflowId(feature));
    return await within(client, RPC_TIMEOUT_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Id of the build that a workflow is held for, or undefined if it follows the current one. */
const heldFor = ({ raw }: WorkflowExecutionDescription): string | undefined =>
  raw.workflowExecutionInfo?.versioningInfo?.versioningOverride?.pinned?.version?.buildId || undefined;

/** The result of a completed feature, read from its history: needs no worker. */
export async function resultOf(client: Client, feature: string): Promise<FeatureReport | { why: string }> {
  try {
    const handle = client.workflow.getHandle(featureWorkflowId(feature));
    return await within(client, RPC_TIMEOUT_MS, () => handle.result() as Promise<FeatureReport>);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { why: error.cause?.message ?? error.message };
  }
}

/** What is known of a feature, from the server and, where that has forgotten, from the home. */
export async function look({ client }: Server, home: string, feature: string): Promise<Snapshot> {
  const known = await describeFeature(client, feature);
  const saved = async () => {
    const report = await savedReport(home, feature);
    return report === undefined ? undefined : ({ kind: 'report', report } as const);
  };
  if (known === undefined) {
    const found = await saved();
    if (found) return found;
    throw await unknownFeature(client, feature);
  }
  const { status, type } = known;
  if (type !== WORKFLOWS.feature)
    throw new CommandError(`"${feature}" is the id of a workflow that is no feature.`);
  if (status.name === 'RUNNING') {
    // Without a worker the query would only run into its time limit.
    const missing = await workerMissing(client, heldFor(known));
    if (missing !== undefined) return { kind: 'unanswered', worker: false, why: missing };
    const answer = await query<FeatureStatus>(client, feature, QUERIES.status);
    if ('value' in answer) return { kind: 'status', status: answer.value };
    return { kind: 'unanswered', worker: true, why: answer.unanswered };
  }
  if (status.name === 'COMPLETED') {
    const report = await resultOf(client, feature);
    if (!('why' in report)) return { kind: 'report', report };
  }
  const found = await saved();
  if (found) return found;
  const answer =
    status.name !== 'TERMINATED' && (await workerMissing(client)) === undefined
      ? await query<FeatureStatus>(client, feature, QUERIES.status)
      : undefined;
  if (answer && 'value' in answer && answer.value.report)
    return { kind: 'report', report: answer.value.report };
  const result = await resultOf(client, feature);
  return { kind: 'ended', state: status.name.toLowerCase(), ...('why' in result && { why: result.why }) };
}

/** The error for an id that names no feature, with the nearest that does. */
export async function unknownFeature(client: Client, feature: string): Promise<CommandError> {
  const ids: string[] = [];
  const all = client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.feature}'` });
  try {
    for await (const { workflowId } of all) {
      const id = featureOfWorkflowId(workflowId);
      if (id !== undefined) ids.push(id);
      if (ids.length >= 200) break;
    }
  } catch {
    // Only the suggestion is lost.
  }
  const near = nearest(feature, ids);
  return new CommandError(
    `There is no feature "${feature}"${near === undefined ? '' : `: did you mean "${near}"?`}\nSee all: baton list`,
  );
}

/** Refuses what can't be a feature's id before a server is asked. */
export function checkFeatureId(feature: string): void {
  const problem = featureIdProblem(feature);
  if (problem !== undefined) throw new CommandError(`${problem}.\nSee all: baton list`);
}
