import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { HomeActivities } from '../domain/activities.ts';
import type { FailureType } from '../domain/failures.ts';

/** What others see of: agents, the hub's branches, the origin, production. The rest only touches the home itself. */
const SEEN_OUTSIDE = [
  ...(['design', 'implement', 'test', 'deploy'] as const),
  ...([
    'openFeature',
    'prepareMerge',
    'moveBranch',
    'land',
    'openPullRequest',
    'releaseStep',
    'cleanUp',
  ] as const),
] as const;

/**
 * The activities of a home, those with effects outside of it only while the server still waits for them. A worker that
 * was stopped or cut off finds tasks that were handed to it long ago, when it goes on: others have done them since.
 */
export function unlessStale(activities: HomeActivities, client: Client): HomeActivities {
  const guarded = SEEN_OUTSIDE.map((name) => {
    const call = activities[name] as (input: unknown) => Promise<unknown>;
    return [
      name,
      async (input: unknown) => {
        await assertWanted(client);
        return call(input);
      },
    ];
  });
  return { ...activities, ...Object.fromEntries(guarded) };
}

/** Throws where the server has given up this attempt. Where it can't be asked, heartbeats will tell. */
async function assertWanted(client: Client): Promise<void> {
  const { activityId, attempt, workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) return;
  const { workflowId, runId } = workflowExecution;
  try {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    const pending = raw.pendingActivities?.find((each) => each.activityId === activityId);
    if (pending?.attempt === attempt) return;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) return;
  }
  throw ApplicationFailure.create({
    type: 'StaleAttempt' satisfies FailureType,
    message: `attempt ${attempt} was given up while this worker stood still: nothing was done`,
  });
}
