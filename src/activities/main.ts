import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { MainActivities, PingActivities } from '../domain/activities.ts';
import { MAIN_TASK_QUEUE, queueWorkflowId } from '../domain/ids.ts';
import { summaryOf } from '../domain/markdown.ts';
import { SIGNALS, WORKFLOWS } from '../domain/messages.ts';

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
  isRunning: async ({ workflowId, runId }) => {
    try {
      const { status } = await client.workflow.getHandle(workflowId, runId).describe();
      return { running: status.name === 'RUNNING' };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { running: false };
      throw error;
    }
  },
});

export const pingActivities = (home: string): PingActivities => ({ ping: async () => ({ home }) });
