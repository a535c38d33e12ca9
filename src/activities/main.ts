import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { errorText } from '../domain/error-text.ts';
import type { FailureType } from '../domain/failures.ts';
import { MAIN_TASK_QUEUE, queueWorkflowId } from '../domain/ids.ts';
import type { MainActivities, PingActivities } from '../domain/main-activities.ts';
import { summaryOf } from '../domain/markdown.ts';
import { type Delivery, SIGNALS, UPDATES, WORKFLOWS } from '../domain/messages.ts';

/** An execution that the server doesn't know runs no more. */
const goneOrThrow = (error: unknown): { readonly running: false } => {
  if (error instanceof WorkflowNotFoundError) return { running: false };
  throw error;
};

/** Activities that need no files. */
export const mainActivities = (client: Client, home: string): MainActivities => ({
  chooseHome: async () => ({ home }),
  enterQueue: async (ticket) => {
    await client.workflow.signalWithStart(WORKFLOWS.queue, {
      taskQueue: MAIN_TASK_QUEUE,
      workflowId: queueWorkflowId(ticket.resource),
      args: [{ resource: ticket.resource, waiting: [] }],
      signal: SIGNALS.enter,
      signalArgs: [ticket],
      staticSummary: summaryOf(`queue for ${ticket.resource}`),
    });
  },
  isRunning: async ({ workflowId, firstRunId }) => {
    try {
      const { status, raw } = await client.workflow.getHandle(workflowId).describe();
      // Servers of before 1.26 don't tell it.
      const first = raw.workflowExecutionInfo?.firstRunId || firstRunId;
      const same = firstRunId === undefined || first === firstRunId;
      return { running: same && status.name === 'RUNNING' };
    } catch (error) {
      return goneOrThrow(error);
    }
  },
  deliver: async ({ workflowId, id, delivery }) => {
    try {
      await client.workflow
        .getHandle(workflowId)
        .executeUpdate<void, [Delivery]>(UPDATES.deliver, { updateId: id, args: [delivery] });
    } catch (error) {
      // Nobody is there, or wants it: no further attempt would change that.
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)
        throw ApplicationFailure.create({
          type: 'NotDelivered' satisfies FailureType,
          message: `not delivered to ${workflowId}: ${errorText(error)}`,
          nonRetryable: true,
        });
      throw error;
    }
  },
  endExecution: async ({ workflowId, force }) => {
    const handle = client.workflow.getHandle(workflowId);
    try {
      if (force) await handle.terminate('its feature was reset, and it did not end when it was asked to');
      else await handle.cancel();
      return { running: (await handle.describe()).status.name === 'RUNNING' };
    } catch (error) {
      return goneOrThrow(error);
    }
  },
});

export const pingActivities = (home: string): PingActivities => ({ ping: async () => ({ home }) });
