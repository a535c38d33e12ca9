import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

interface HistoryEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

/** One workflow's history as the bench looks at it. */
export interface ReadHistory {
  readonly events: number;
  /** Those that aren't the server's own tasks of waking the workflow up, three for every time it is woken. */
  readonly ownEvents: number;
  /** Of its JSON: somewhat more than what the server counts. */
  readonly bytes: number;
  /** Milliseconds since 1970 of the first event of a kind, undefined where there is none. */
  first(type: string): number | undefined;
  last(type: string): number | undefined;
  /** When the last activity of this type was completed. */
  completed(activity: string): number | undefined;
}

export async function readHistory(client: Client, workflowId: string): Promise<ReadHistory> {
  const text = historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory());
  const { events } = JSON.parse(text) as { events: HistoryEvent[] };
  const times = (type: string) =>
    events.filter(({ eventType }) => eventType === type).map(({ eventTime }) => Date.parse(eventTime));
  return {
    events: events.length,
    ownEvents: events.filter(({ eventType }) => !eventType.startsWith('EVENT_TYPE_WORKFLOW_TASK_')).length,
    bytes: JSON.stringify(events).length,
    first: (type) => times(type)[0],
    last: (type) => times(type).at(-1),
    completed: (activity) => {
      const scheduled = new Set(
        events
          .filter((event) => {
            const attributes = event.activityTaskScheduledEventAttributes as
              | { activityType?: { name?: string } }
              | undefined;
            return attributes?.activityType?.name === activity;
          })
          .map(({ eventId }) => eventId),
      );
      const done = events.findLast((event) => {
        const attributes = event.activityTaskCompletedEventAttributes as
          | { scheduledEventId?: string }
          | undefined;
        return attributes?.scheduledEventId !== undefined && scheduled.has(attributes.scheduledEventId);
      });
      return done === undefined ? undefined : Date.parse(done.eventTime);
    },
  };
}
