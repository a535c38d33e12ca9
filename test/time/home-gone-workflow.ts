import { TimeoutType } from '@temporalio/common';
import {
  ActivityFailure,
  sleep,
  TimeoutFailure,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { FREE_TASK_QUEUE } from '../../src/domain/ids.ts';
import type { Place } from '../../src/domain/messages.ts';
import { answerTo } from '../../src/workflows/asking.ts';
import { homeRules } from '../../src/workflows/home-calls.ts';
import { Placement } from '../../src/workflows/placement.ts';

export interface GoneInput {
  /** Ms for which the first home's queues are served by nobody. */
  readonly goneForMs: number;
  /** `homes.gone` of baton.yaml in ms; absent for a workflow that was begun before there was such a key. */
  readonly goneAfterMs?: number;
}
let goneUntil = 0;

/** Calls an activity at a home that doesn't answer for a while; answers where it was done at last. */
export async function callGoneHome({
  goneForMs,
  goneAfterMs,
}: GoneInput): Promise<{ place: Place; asked: string[] }> {
  goneUntil = Date.now() + goneForMs;
  const asked: string[] = [];
  const placement = new Placement({
    feature: 'gone',
    ask: async (ask) => {
      asked.push(ask.prompt);
      return answerTo(ask, { choice: 'stop', by: 'a person' });
    },
    rules: () => homeRules(goneAfterMs, 'free'),
    start: { home: 'old', epoch: 1 },
  });
  const place = await placement.call('clean up', async (activities, at) => {
    await activities.cleanUp({ feature: 'gone', repo: '', base: '', baseCommit: '', place: at });
    return at;
  });
  return { place, asked };
}

/** Stands for the server and the homes: the test server skips no time while an activity waits in a queue. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      async scheduleActivity({ activityType, options }) {
        if (activityType === 'chooseHome')
          return { home: options.taskQueue === FREE_TASK_QUEUE ? 'free' : 'fresh' };
        if (!options.taskQueue?.startsWith('baton-home-old') || Date.now() >= goneUntil) return undefined;
        await sleep(options.scheduleToStartTimeout ?? 0);
        if (Date.now() >= goneUntil) return undefined;
        throw new ActivityFailure(
          'nobody took it',
          activityType,
          undefined,
          'TIMEOUT',
          undefined,
          new TimeoutFailure('nobody took it', undefined, TimeoutType.SCHEDULE_TO_START),
        );
      },
    },
  ],
});
