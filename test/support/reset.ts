import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/**
 * Where a workflow is reset to: its first or last finished task, the one that starts its first child, or the one that
 * the first child's start woke.
 */
export type ResetPoint = 'first' | 'last' | 'before-first-child' | 'first-child';

/** Resets a workflow as `temporal workflow reset` and the Web UI do: by the server's own call, with its defaults. */
export async function reset(
  { workflow, options }: Client,
  workflowId: string,
  point: ResetPoint,
): Promise<void> {
  const handle = workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const events = (await handle.fetchHistory()).events ?? [];
  const started = events.findIndex((event) => event.childWorkflowExecutionStartedEventAttributes);
  const initiated = events.findIndex((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
  const of = { 'first-child': events.slice(started), 'before-first-child': events.slice(0, initiated) };
  const finished = (point === 'first' || point === 'last' ? events : of[point]).filter(
    (event) => event.workflowTaskCompletedEventAttributes,
  );
  const task = point === 'last' || point === 'before-first-child' ? finished.at(-1) : finished[0];
  if (task?.eventId == null) throw new Error(`there is no workflow task to reset ${workflowId} to`);
  await workflow.workflowService.resetWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: task.eventId,
    requestId: randomUUID(),
    reason: 'a test',
  });
}
