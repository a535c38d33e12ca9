import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL } = proto.temporal.api.enums.v1.ResetReapplyExcludeType;

/**
 * Where a workflow is reset to: its first or last finished task, the one that starts its first child, the one that the
 * first child's start woke, or the one that asks for a turn.
 */
export type ResetPoint = 'first' | 'last' | 'before-first-child' | 'first-child' | 'asks-turn';

/**
 * Resets a workflow as `temporal workflow reset` and the Web UI do: by the server's own call, with its defaults;
 * `signals: 'dropped'`: without passing on the signals that came after that point, as a person may choose there.
 */
export async function reset(
  { workflow, options }: Client,
  workflowId: string,
  point: ResetPoint,
  { signals = 'passed-on' }: { readonly signals?: 'passed-on' | 'dropped' } = {},
): Promise<void> {
  const handle = workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const events = (await handle.fetchHistory()).events ?? [];
  const started = events.findIndex((event) => event.childWorkflowExecutionStartedEventAttributes);
  const initiated = events.findIndex((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
  const asked = events.findIndex(
    ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name === 'enterQueue',
  );
  const of = {
    'first-child': events.slice(started),
    'before-first-child': events.slice(0, initiated),
    'asks-turn': events.slice(0, asked),
  };
  const finished = (point === 'first' || point === 'last' ? events : of[point]).filter(
    (event) => event.workflowTaskCompletedEventAttributes,
  );
  const task = point === 'first' || point === 'first-child' ? finished[0] : finished.at(-1);
  if (task?.eventId == null) throw new Error(`there is no workflow task to reset ${workflowId} to`);
  await workflow.workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: task.eventId,
    requestId: randomUUID(),
    reason: 'a test',
    ...(signals === 'dropped' && {
      resetReapplyExcludeTypes: [RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL],
    }),
  });
}
