import { proxyActivities } from '@temporalio/workflow';
import type { MainActivities } from '../domain/main-activities.ts';

/** What needs no files; any worker does it. */
export const main = proxyActivities<MainActivities>({
  // These only ask the server or the worker's memory; no limit on attempts, since nothing goes on without them.
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});
