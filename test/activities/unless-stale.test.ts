import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { unlessStale } from '../../src/activities/unless-stale.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';
import { PHASES } from '../../src/domain/phase.ts';
import { StubHome } from '../support/stub-home.ts';

const activities = Object.keys(new StubHome().activities()) as (keyof HomeActivities)[];
/** What others see of; the rest only touches the home. */
const seen: readonly (keyof HomeActivities)[] = [
  ...PHASES,
  'openFeature',
  'prepareMerge',
  'moveBranch',
  'land',
  'openPullRequest',
  'releaseStep',
  'cleanUp',
];

/** Calls an activity as attempt 2 of the activity 7, with a server that answers so. */
const call = (
  name: keyof HomeActivities,
  describeWorkflow: () => Promise<unknown>,
  input: unknown = {},
  answer: (input: { readonly unheard?: true }) => void = () => undefined,
) => {
  const did: string[] = [];
  const client = { workflow: { getHandle: () => ({ describe: describeWorkflow }) } } as unknown as Client;
  const guarded = unlessStale(
    Object.fromEntries(
      activities.map((activity) => [
        activity,
        async (given: { readonly unheard?: true }) => {
          answer(given);
          did.push(activity);
        },
      ]),
    ) as unknown as HomeActivities,
    client,
  );
  const environment = new MockActivityEnvironment({
    activityId: '7',
    attempt: 2,
    workflowExecution: { workflowId: 'feature:f', runId: 'r' },
  });
  return environment.run(guarded[name] as (input: unknown) => Promise<unknown>, input).then(() => did);
};
const pending = (...all: { activityId: string; attempt: number }[]) => ({ raw: { pendingActivities: all } });

describe('an activity with effects outside of its home', () => {
  it('is done while the server waits for this very attempt', async () => {
    const answer = pending({ activityId: '3', attempt: 9 }, { activityId: '7', attempt: 2 });
    expect(await call('moveBranch', async () => answer)).toEqual(['moveBranch']);
  });

  it.each([
    ['a later attempt is made', async () => pending({ activityId: '7', attempt: 3 })],
    ['it was given up', async () => pending()],
    ['its workflow is gone', () => Promise.reject(new WorkflowNotFoundError('gone', 'feature:f', undefined))],
  ])('is not begun where %s', async (_, answer) => {
    await expect(call('moveBranch', answer)).rejects.toThrow('nothing was done');
  });

  it.each(activities.filter((name) => seen.includes(name)))(
    'is held back by a pause of its workflow only if it begins an agent: %s',
    async (name) => {
      const current = pending({ activityId: '7', attempt: 2 });
      // As a home answers of a run whose agent was never begun.
      const nothingBegan = ({ unheard }: { readonly unheard?: true }) => {
        if (unheard) throw ApplicationFailure.nonRetryable('no agent had begun', 'HeldBack');
      };
      const paused = call(name, async () => ({ ...current, memo: { paused: true } }), {}, nothingBegan);
      const begins = (PHASES as readonly string[]).includes(name);
      if (begins) await expect(paused).rejects.toMatchObject({ type: 'HeldBack', nonRetryable: true });
      else expect(await paused).toEqual([name]);
      expect(await call(name, async () => ({ ...current, memo: { paused: false } }))).toEqual([name]);
    },
  );

  it.each(PHASES)(
    'ends a run that an attempt before had begun, instead of being held back by a pause: %s',
    async (name) => {
      const current = pending({ activityId: '7', attempt: 2 });
      const given: unknown[] = [];
      const paused = async () => ({ ...current, memo: { paused: true } });
      expect(await call(name, paused, { run: 3 }, (input) => void given.push(input))).toEqual([name]);
      expect(given).toEqual([{ run: 3, unheard: true }]);
    },
  );

  it.each(PHASES)(
    'is not held back where no agent begins, since it only asks what became of a run: %s',
    async (name) => {
      const current = pending({ activityId: '7', attempt: 2 });
      const paused = async () => ({ ...current, memo: { paused: true } });
      expect(await call(name, paused, { unheard: true })).toEqual([name]);
    },
  );

  it('is done where the server can’t be asked: heartbeats will tell', async () => {
    const unavailable = () => Promise.reject(new Error('unavailable'));
    expect(await call('moveBranch', unavailable)).toEqual(['moveBranch']);
  });

  it.each(seen)('is not begun by a worker that is back from the dead: %s', async (name) => {
    await expect(call(name, async () => pending({ activityId: '7', attempt: 3 }))).rejects.toThrow(
      'attempt 2 was given up while this worker stood still: nothing was done',
    );
    expect(await call(name, async () => pending({ activityId: '7', attempt: 2 }))).toEqual([name]);
  });

  it.each(activities.filter((name) => !seen.includes(name)))(
    'asks nobody where it only touches the home: %s',
    async (name) => {
      const never = () => Promise.reject(new Error('asked'));
      expect(await call(name, never)).toEqual([name]);
    },
  );
});
