import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { unlessStale } from '../../src/activities/unless-stale.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';

/** Calls an activity as attempt 2 of the activity 7, with a server that answers so. */
const call = (name: 'moveBranch' | 'verify', describeWorkflow: () => Promise<unknown>) => {
  const did: string[] = [];
  const client = { workflow: { getHandle: () => ({ describe: describeWorkflow }) } } as unknown as Client;
  const activities = unlessStale(
    {
      moveBranch: async () => did.push('moved'),
      verify: async () => did.push('verified'),
    } as unknown as HomeActivities,
    client,
  );
  const environment = new MockActivityEnvironment({
    activityId: '7',
    attempt: 2,
    workflowExecution: { workflowId: 'feature:f', runId: 'r' },
  });
  return environment.run(activities[name], {} as never).then(() => did);
};
const pending = (...all: { activityId: string; attempt: number }[]) => ({ raw: { pendingActivities: all } });

describe('an activity with effects outside of its home', () => {
  it('is done while the server waits for this very attempt', async () => {
    const answer = pending({ activityId: '3', attempt: 9 }, { activityId: '7', attempt: 2 });
    expect(await call('moveBranch', async () => answer)).toEqual(['moved']);
  });

  it.each([
    ['a later attempt is made', async () => pending({ activityId: '7', attempt: 3 })],
    ['it was given up', async () => pending()],
    ['its workflow is gone', () => Promise.reject(new WorkflowNotFoundError('gone', 'feature:f', undefined))],
  ])('is not begun where %s', async (_, answer) => {
    await expect(call('moveBranch', answer)).rejects.toThrow('nothing was done');
  });

  it('is done where the server can’t be asked: heartbeats will tell', async () => {
    const unavailable = () => Promise.reject(new Error('unavailable'));
    expect(await call('moveBranch', unavailable)).toEqual(['moved']);
  });

  it('asks nobody where it only touches the home', async () => {
    const never = () => Promise.reject(new Error('asked'));
    expect(await call('verify', never)).toEqual(['verified']);
  });
});
