import { getExternalWorkflowHandle, isCancellation, uuid4 } from '@temporalio/workflow';
import { featureWorkflowId } from '../domain/ids.ts';
import type { ChildReport, Ticket } from '../domain/messages.ts';
import { main } from './main-activities.ts';
import { reportSignal, turnSignal } from './messages.ts';
import { toldByUpdate } from './patches.ts';

/**
 * Reports to a feature. A server takes 10,000 signals of one workflow, and anybody may have sent them: after that the
 * report goes by update.
 * @throws where there is no such feature any more
 */
export const tellFeature = (feature: string, report: ChildReport): Promise<void> =>
  signalOrDeliver(
    featureWorkflowId(feature),
    (workflowId) => getExternalWorkflowHandle(workflowId).signal(reportSignal, report),
    { signal: 'report', argument: report },
  );

/** Tells whoever waits in a queue that it is their turn, in the same way. */
export const tellTurn = (ticket: Ticket): Promise<void> =>
  signalOrDeliver(
    ticket.holder,
    (workflowId) => getExternalWorkflowHandle(workflowId).signal(turnSignal, ticket),
    { signal: 'turn', argument: ticket },
  );

async function signalOrDeliver(
  workflowId: string,
  signal: (workflowId: string) => Promise<void>,
  delivery: { readonly signal: 'report' | 'turn'; readonly argument: unknown },
): Promise<void> {
  try {
    await signal(workflowId);
  } catch (error) {
    if (isCancellation(error) || !/signal limit/.test(String(error)) || !toldByUpdate()) throw error;
    await main.deliver({ workflowId, id: uuid4(), delivery });
  }
}
