import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { CountedTries } from '../../src/activities/tries.ts';
import { withHeartbeat } from '../../src/activities/with-heartbeat.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';
import { BatonError } from '../../src/domain/failures.ts';
import { outageDetailsSchema } from '../../src/domain/outage.ts';
import { GitError } from '../../src/git/git-error.ts';
import { outageAt } from '../../src/git/outage.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { noRoomOn } from '../../src/homes/room.ts';
import { gotFurther, waits } from '../../src/work/under-way.ts';
import { event } from '../support/event.ts';

const INPUT = { feature: 'f', name: 'one' };

/** A home whose workers come and go. */
const openHome = async () => {
  const paths = homePaths(await mkdtemp(path.join(tmpdir(), 'baton-tries-')));
  /** A worker that does `work` as `implement`. The answer of `once` never comes if the worker is dead by then. */
  const worker = (work: () => Promise<unknown>) => {
    const tries = new CountedTries({ id: 'home1234', paths });
    const { implement } = tries.of({ implement: work } as unknown as HomeActivities);
    const once = (more: { attempt?: number; activityId?: string; name?: string } = {}) => {
      const { attempt = 1, name = 'one', activityId = `of ${name}` } = more;
      const environment = new MockActivityEnvironment({
        attempt,
        activityId,
        workflowExecution: { workflowId: 'feature:f:packet:one', runId: 'r' },
      });
      return {
        environment,
        ended: environment.run(implement, { ...INPUT, name } as never) as Promise<unknown>,
      };
    };
    return { tries, once };
  };
  /** A worker that dies while it does that. */
  const dies = async (doing: () => Promise<unknown> = () => Promise.resolve(), name = 'one') => {
    const begun = event();
    const never = new Promise(() => {});
    worker(async () => {
      await doing();
      begun.happen();
      return never;
    }).once({ name });
    await begun.happened;
  };
  return { paths, worker, dies };
};
const times = async (n: number, what: () => Promise<void>) => {
  for (let at = 0; at < n; at++) await what();
};
const failing = (message: string) => () => Promise.reject(new Error(message));
const usedUp = { type: 'TriesUsedUp', nonRetryable: true };

describe('work during which its worker dies', () => {
  it('is tried ten times; then it fails for good, says what happened, and may be tried as often again', async () => {
    const { worker, dies } = await openHome();
    await times(10, dies);
    const did: string[] = [];
    const next = worker(async () => did.push('worked'));
    const { ended } = next.once({ attempt: 11 });
    await expect(ended).rejects.toMatchObject(usedUp);
    await expect(ended).rejects.toThrow(
      /^the worker of home home1234, .*, died 10 times while this was under way, the last time in a try that began at \d{4}-/,
    );
    expect(did).toEqual([]);
    await next.once({ activityId: '8' }).ended;
    expect(did).toEqual(['worked']);
  });

  it('is not counted while it only waits for a turn', async () => {
    const { paths, worker, dies } = await openHome();
    await times(11, () =>
      dies(async () => {
        waits();
        const isUnderWay = async () => {
          const [file = ''] = await readdir(paths.triesOf('f'));
          return (await readFile(path.join(paths.triesOf('f'), file), 'utf8')).includes('"worker"');
        };
        await expect.poll(isUnderWay).toBe(false);
      }),
    );
    expect(await worker(async () => 'done').once().ended).toBe('done');
  });

  it('is not counted where the worker was told to stop before, however it ended', async () => {
    const { worker } = await openHome();
    await times(11, async () => {
      const begun = event();
      const { tries, once } = worker(() => {
        begun.happen();
        return new Promise(() => {});
      });
      once();
      await begun.happened;
      await tries.shuttingDown();
    });
    expect(await worker(async () => 'done').once().ended).toBe('done');
  });

  it('counts anew once it got further', async () => {
    const { worker, dies } = await openHome();
    await times(9, dies);
    await dies(gotFurther);
    await times(8, dies);
    expect(await worker(async () => 'done').once().ended).toBe('done');
  });

  it('says nothing of other work', async () => {
    const { worker, dies } = await openHome();
    await times(10, dies);
    expect(await worker(async () => 'done').once({ name: 'two' }).ended).toBe('done');
  });

  it('waits after five deaths until no other such work is under way', async () => {
    const { worker, dies } = await openHome();
    await times(5, () => dies(undefined, 'one'));
    await times(5, () => dies(undefined, 'two'));
    const order: string[] = [];
    let endFirst = () => {};
    const { once } = worker(() => {
      order.push('begins');
      return new Promise<void>((resolve) => {
        if (order.length > 1) return resolve();
        endFirst = () => {
          order.push('ends');
          resolve();
        };
      });
    });
    const first = once({ name: 'one' });
    await expect.poll(() => order).toEqual(['begins']);
    const second = once({ name: 'two' });
    // Any other work goes on beside it.
    await once({ name: 'three' }).ended;
    expect(order).toEqual(['begins', 'begins']);
    endFirst();
    await Promise.all([first.ended, second.ended]);
    expect(order).toEqual(['begins', 'begins', 'ends', 'begins']);
  });
});

describe('work that fails', () => {
  it('is tried ten times, whatever else ended its attempts; the pauses grow', async () => {
    const { worker } = await openHome();
    const pauses: unknown[] = [];
    const { once } = worker(failing('no network'));
    for (let attempt = 1; attempt <= 9; attempt++)
      await once({ attempt: attempt * 3 }).ended.catch((error: ApplicationFailure) => {
        expect(error).toMatchObject({ message: 'no network' });
        expect(error.nonRetryable).not.toBe(true);
        pauses.push(error.nextRetryDelay);
      });
    expect(pauses).toEqual(['1s', '2s', '4s', '8s', '16s', '30s', '30s', '30s', '30s']);
    await expect(once({ attempt: 40 }).ended).rejects.toMatchObject({
      message: 'no network',
      nonRetryable: true,
    });
  });

  it('is not counted where its attempt was only ended', async () => {
    const { worker } = await openHome();
    const stop = () =>
      Promise.reject(ApplicationFailure.create({ type: 'WorkerShutdown', message: 'shutting down' }));
    const { once } = worker(stop);
    for (let attempt = 1; attempt <= 12; attempt++)
      await expect(once({ attempt }).ended).rejects.not.toMatchObject({ nonRetryable: true });
  });

  it('ends after ten answers that the server took for none', async () => {
    const { worker } = await openHome();
    const { once } = worker(async () => 'too large');
    for (let attempt = 1; attempt <= 10; attempt++) await once({ attempt }).ended;
    await expect(once({ attempt: 11 }).ended).rejects.toMatchObject(usedUp);
    // Asked for anew it is other work.
    await once({ activityId: '8' }).ended;
  });
});

describe('a second attempt in the same worker', () => {
  const follows = async (second: { attempt?: number; activityId?: string }) => {
    const { worker } = await openHome();
    const order: string[] = [];
    const { once } = worker(() =>
      withHeartbeat(async ({ signal }) => {
        order.push('begins');
        if (order.length > 1) return 'second';
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        order.push('ended');
        throw signal.reason;
      }),
    );
    const first = once({ attempt: 1 });
    const failed = expect(first.ended).rejects.toMatchObject({ type: 'StaleAttempt' });
    await expect.poll(() => order).toEqual(['begins']);
    expect(await once(second).ended).toBe('second');
    await failed;
    expect(order).toEqual(['begins', 'ended', 'begins']);
  };

  it('has the first one end, and begins when that is gone', () => follows({ attempt: 2 }));

  it('does so too where the workflow asked for the work anew, since the second one waited for too long', () =>
    follows({ activityId: '8' }));

  /** One that goes on until it is let go, whoever gives it up. */
  const held = async () => {
    const { worker } = await openHome();
    const begun = event();
    const goes = event();
    let begins = 0;
    const { once } = worker(async () => {
      begins += 1;
      begun.happen();
      await goes.happened;
      return begins;
    });
    const first = once();
    await begun.happened;
    return { first: first.ended, once, goes };
  };

  it('has a run end whose tree is removed, since that ends it by its note', async () => {
    const { paths } = await openHome();
    const order: string[] = [];
    const begun = event();
    const { implement, removeTree } = new CountedTries({ id: 'home1234', paths }).of({
      implement: () =>
        withHeartbeat(async ({ signal }) => {
          begun.happen();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          order.push('run ended');
          throw signal.reason;
        }),
      removeTree: async () => void order.push('tree removed'),
    } as unknown as HomeActivities);
    const run = (call: unknown, input: object) =>
      new MockActivityEnvironment({
        workflowExecution: { workflowId: 'feature:f:packet:one', runId: 'r' },
      }).run(call as (input: object) => Promise<unknown>, { ...INPUT, ...input });
    const stale = expect(run(implement, {})).rejects.toMatchObject({ type: 'StaleAttempt' });
    await begun.happened;
    await run(removeTree, { phase: 'implement', unheard: true });
    await stale;
    expect(order).toEqual(['run ended', 'tree removed']);
  });

  it('never begins if a third one came while it waited', async () => {
    const { first, once, goes } = await held();
    const second = once({ attempt: 2 });
    const stale = expect(second.ended).rejects.toMatchObject({ type: 'StaleAttempt' });
    const third = once({ activityId: '8' });
    goes.happen();
    expect(await first).toBe(1);
    await stale;
    expect(await third.ended).toBe(2);
  });

  it('takes nothing from what is known of the first if the worker is told to stop while it waits', async () => {
    const { worker, dies } = await openHome();
    await times(9, dies);
    const begun = event();
    const { once, tries } = worker(() => {
      begun.happen();
      return new Promise(() => {});
    });
    once();
    await begun.happened;
    once({ activityId: '8' });
    await tries.shuttingDown();
    // Nine deaths still, and that was none.
    await dies();
    await expect(worker(async () => 'done').once().ended).rejects.toMatchObject(usedUp);
  });

  it.each([
    ['gates', 'gate', { gate: 'coverage', commit: 'c' }, { gate: 'size', commit: 'c' }],
    ['trees', 'prepareMerge', { name: 'one' }, { name: 'two' }],
    ['handoffs', 'writeHandoff', { handoff: { name: 'one' } }, { handoff: { name: 'two' } }],
  ])('of other %s is none: both are under way at once', async (_, activity, one, two) => {
    const { paths } = await openHome();
    const goes = event();
    let begun = 0;
    const tries = new CountedTries({ id: 'home1234', paths });
    const work = async () => {
      begun += 1;
      if (begun === 2) goes.happen();
      await goes.happened;
      return begun;
    };
    const call = Object.values(tries.of({ [activity]: work } as unknown as HomeActivities))[0];
    const ended = [one, two].map((input, at) =>
      new MockActivityEnvironment({
        activityId: String(at),
        workflowExecution: { workflowId: 'feature:f', runId: 'r' },
      }).run(call as (input: unknown) => Promise<unknown>, { feature: 'f', ...input }),
    );
    expect(await Promise.all(ended)).toEqual([2, 2]);
  });
});

describe('what is away', () => {
  const away =
    (what: string, where = 'the hub /srv/hub.git') =>
    () =>
      withHeartbeat(() =>
        Promise.reject(new BatonError('Outage', `${where} can't be used now: ${what}`, { where })),
      );
  const detailsOf = async (ended: Promise<unknown>) => {
    const error = (await ended.catch((thrown: unknown) => thrown)) as ApplicationFailure;
    return { message: error.message, ...outageDetailsSchema.parse(error.details?.[0]) };
  };

  it('is told with the moment since when it is, and until when it is tried', async () => {
    const { worker } = await openHome();
    const begun = new Date().toISOString();
    const { once } = worker(away('no network'));
    const first = await detailsOf(once().ended);
    const second = await detailsOf(once({ attempt: 2 }).ended);
    expect(first).toMatchObject({ where: 'the hub /srv/hub.git' });
    expect((first.since ?? '') >= begun).toBe(true);
    expect(second.since).toBe(first.since);
    // All pauses between ten tries.
    const patience = Date.parse(first.until ?? '') - Date.parse(first.since ?? '');
    expect(patience / 1000).toBeGreaterThan(140);
    expect(patience / 1000).toBeLessThan(170);
    // Something else that is away since another moment.
    const other = await detailsOf(worker(away('no network', 'the origin')).once({ attempt: 3 }).ended);
    expect((other.since ?? '') > (first.since ?? '')).toBe(true);
  });

  it('is told to a server that keeps 4 KiB of a failure, however much git said', async () => {
    const { worker } = await openHome();
    const said = 'remote: überall voll\n'.repeat(200);
    const cause = new GitError(['push', 'refs/heads/x'], 1, said);
    const { once } = worker(() => withHeartbeat(() => Promise.reject(outageAt('the hub', cause))));
    const failure = (await once().ended.catch((thrown: unknown) => thrown)) as ApplicationFailure;
    const { DefaultFailureConverter, defaultPayloadConverter } = await import('@temporalio/common');
    const sent = new DefaultFailureConverter().errorToFailure(failure, defaultPayloadConverter);
    const { temporal } = (await import('@temporalio/proto')).default;
    expect(temporal.api.failure.v1.Failure.encode(sent).finish().length).toBeLessThan(4096);
    expect(failure.message).toMatch(/^the hub can't be used now: git push /);
    expect(failure.details).toMatchObject([{ where: 'the hub' }]);
  });

  it('is the machine where its disk is full, also where only the note of the try can’t be written', async () => {
    const { worker, paths } = await openHome();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { once } = worker(() => Promise.reject(full));
    expect(await detailsOf(once().ended)).toMatchObject({
      where: 'the machine of test',
      message: `the machine of test can't be used now: ${noRoomOn(paths.dir)}`,
    });
  });
});
