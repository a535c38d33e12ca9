import type { Client } from '@temporalio/client';
import type { HomeActivities } from '../domain/activities.ts';
import { featureWorkflowId } from '../domain/ids.ts';

/**
 * The activities of a home, with every packet and release of a feature asked to end before the feature is cleaned up:
 * after a reset some may run that the feature's present execution never heard of.
 */
export const endingChildren = (activities: HomeActivities, client: Client): HomeActivities => ({
  ...activities,
  cleanUp: async (input) => {
    // A server that can't list them, or a child that has just ended, keeps nobody from cleaning up.
    await cancelChildren(client, input.feature).catch(() => undefined);
    return activities.cleanUp(input);
  },
});

async function cancelChildren({ workflow }: Client, feature: string): Promise<void> {
  const query = `WorkflowId STARTS_WITH '${featureWorkflowId(feature)}:' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of workflow.list({ query }))
    await workflow
      .getHandle(workflowId, runId)
      .cancel()
      .catch(() => undefined);
}
