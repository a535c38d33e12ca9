import type { WorkflowHandle } from '@temporalio/client';
import { until } from './until.ts';

/** How often each kind of event stands in the history of a workflow, by its attributes' name without the ending. */
export async function eventCounts(handle: WorkflowHandle): Promise<{
  readonly of: (kind: string) => number;
  readonly last: string;
}> {
  const { events } = await handle.fetchHistory();
  const kinds = (events ?? []).map(
    (event) =>
      Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value != null)?.[0] ??
      '',
  );
  const of = (kind: string) => kinds.filter((name) => name === `${kind}EventAttributes`).length;
  return { of, last: (kinds.at(-1) ?? '').replace(/EventAttributes$/, '') };
}

/** Waits until a workflow has seen so many signals that say this. */
export const told = (handle: WorkflowHandle, text: string, times = 1) =>
  until(`${handle.workflowId} was told ${text} ${times} times`, async () => {
    const { events } = await handle.fetchHistory().catch(() => ({ events: [] }));
    const said = (events ?? []).flatMap(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
    );
    return (
      said.filter(({ data }) =>
        Buffer.from(data ?? [])
          .toString()
          .includes(text),
      ).length >= times
    );
  });

/** Waits until nothing will happen in a workflow unless somebody tells it something: no activity, no timer. */
export const rests = (handle: WorkflowHandle) =>
  until(`${handle.workflowId} rests`, async () => {
    const { of, last } = await eventCounts(handle);
    const sum = (...kinds: string[]) => kinds.reduce((total, kind) => total + of(kind), 0);
    const ends = (task: string) => ['Completed', 'Failed', 'TimedOut', 'Canceled'].map((end) => task + end);
    const signals = sum('externalWorkflowExecutionSignaled', 'signalExternalWorkflowExecutionFailed');
    return (
      last.startsWith('workflowExecution') ||
      (sum('workflowTaskScheduled') === sum(...ends('workflowTask')) &&
        sum('timerStarted') === sum('timerFired', 'timerCanceled') &&
        sum('activityTaskScheduled') === sum(...ends('activityTask')) &&
        sum('signalExternalWorkflowExecutionInitiated') === signals)
    );
  });
