import type { temporal } from '@temporalio/proto';

/** Signals between workflows stand in two histories, and count where they arrive. */
const ONE_EACH = [
  'workflowExecutionStartedEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
] as const;

/**
 * What Temporal Cloud counts as actions, of what a history shows ("Temporal Cloud Actions" in its documentation): a
 * workflow's start, an activity's attempts, a timer, a signal that was sent, an update, an upsert of search attributes.
 */
export const actionsIn = ({ events }: temporal.api.history.v1.IHistory): number =>
  (events ?? []).reduce((sum, event) => {
    const attempts = event.activityTaskStartedEventAttributes?.attempt ?? 0;
    return sum + attempts + (ONE_EACH.some((name) => event[name] != null) ? 1 : 0);
  }, 0);
