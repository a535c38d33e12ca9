import {
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Decision, TakenDecision } from '../../domain/attention.ts';
import { featureWorkflowId } from '../../domain/ids.ts';
import { SIGNALS, UPDATES } from '../../domain/messages.ts';
import type { Server } from './connection.ts';
import { describeFeature, resultOf, unknownFeature, within } from './feature-lookup.ts';
import { hadAllSignals, noMoreSignals } from './signal-feature.ts';
import { workerMissing } from './task-queue.ts';

/** A worker answers an update in well under a second; a busy one in a few. */
const UPDATE_TIMEOUT_MS = 6_000;
const SIGNAL_TIMEOUT_MS = 5_000;

/** What became of a decision. */
export type Sent =
  | { readonly kind: 'taken'; readonly taken: TakenDecision }
  | { readonly kind: 'refused'; readonly why: string }
  /** Nobody answered: it is kept by the server, and holds if it is valid when a worker comes. */
  | { readonly kind: 'signalled'; readonly why: string };

/** Sends a decision by update; by signal where no worker answers. */
export async function sendDecision(server: Server, feature: string, decision: Decision): Promise<Sent> {
  const { client } = server;
  const handle = client.workflow.getHandle(featureWorkflowId(feature));
  try {
    let why = await workerMissing(client);
    if (why === undefined) {
      try {
        const update = () =>
          handle.executeUpdate<TakenDecision, [Decision]>(UPDATES.decide, { args: [decision] });
        return { kind: 'taken', taken: await within(client, UPDATE_TIMEOUT_MS, update) };
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError)
          return { kind: 'refused', why: error.cause?.message ?? error.message };
        if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isGrpcDeadlineError(error))
          throw error;
        why = `no worker answered in ${UPDATE_TIMEOUT_MS / 1000} s`;
      }
    }
    await within(client, SIGNAL_TIMEOUT_MS, () => handle.signal(SIGNALS.decide, decision));
    return { kind: 'signalled', why };
  } catch (error) {
    if (hadAllSignals(error)) throw noMoreSignals(feature);
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { kind: 'refused', why: await endedOrUnknown(server, feature) };
  }
}

/** Why a message to that feature can't arrive. @throws CommandError where there is no such feature */
export async function endedOrUnknown({ client }: Server, feature: string): Promise<string> {
  const known = await describeFeature(client, feature);
  if (known === undefined) throw await unknownFeature(client, feature);
  return `the feature "${feature}" has ended (${await endOf(client, feature, known.status.name)}): see baton report ${feature}`;
}

/** What an ended feature came to; the server's word where it has no report. */
async function endOf(client: Server['client'], feature: string, state: string): Promise<string> {
  const word = state.toLowerCase();
  if (state !== 'COMPLETED') return word;
  const report = await resultOf(client, feature).catch(() => undefined);
  return report !== undefined && 'outcome' in report ? report.outcome : word;
}
