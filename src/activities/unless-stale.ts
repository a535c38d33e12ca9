import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { AgentRunInput, HomeActivities } from '../domain/activities.ts';
import type { FailureType } from '../domain/failures.ts';
import type { PausedMemo } from '../domain/messages.ts';
import { PHASES, type Phase } from '../domain/phase.ts';

/** What others see of: agents, the hub's branches, the origin, production. The rest only touches the home itself. */
const SEEN_OUTSIDE = [
  ...PHASES,
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
        const begins =
          PHASES.includes(name as Phase) && (input as Partial<AgentRunInput>).unheard === undefined;
        try {
          await assertWanted(client, begins);
        } catch (error) {
          if (!isHeldBack(error)) throw error;
          // An attempt before may have begun an agent: what came of that isn't to be forgotten, nor taken for a later run's.
          return call({ ...(input as AgentRunInput), unheard: true });
        }
        return call(input);
      },
    ];
  });
  return { ...activities, ...Object.fromEntries(guarded) };
}

/**
 * Throws if the server has given up this attempt. If it can't be asked, heartbeats will tell.
 * @param begins - an agent, which a pause of its workflow holds back: thrown as `HeldBack`
 */
export async function assertWanted(client: Client, begins: boolean): Promise<void> {
  const { activityId, attempt, workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) return;
  const { workflowId, runId } = workflowExecution;
  try {
    const { raw, memo } = await client.workflow.getHandle(workflowId, runId).describe();
    const pending = raw.pendingActivities?.find((each) => each.activityId === activityId);
    if (pending?.attempt === attempt) {
      if (begins && isPaused(memo)) throw heldBack();
      return;
    }
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    if (!(error instanceof WorkflowNotFoundError)) return;
  }
  throw ApplicationFailure.create({
    type: 'StaleAttempt' satisfies FailureType,
    message: `attempt ${attempt} was given up while this worker stood still: nothing was done`,
  });
}

/** Whether the failure says that a pause came before the agent began. */
export const isHeldBack = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === ('HeldBack' satisfies FailureType);

const isPaused = (memo: Readonly<Record<string, unknown>> | undefined): boolean =>
  (memo as Partial<PausedMemo> | undefined)?.paused === true;

const heldBack = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'HeldBack' satisfies FailureType,
    message: 'the feature was paused before this agent began: it begins once the feature is resumed',
    nonRetryable: true,
  });
