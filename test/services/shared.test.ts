import { expect, it } from 'vitest';
import { Shared } from '../../src/services/shared.ts';

const never = new AbortController().signal;

/** Notes what is made and ended. */
function kind() {
  const log: string[] = [];
  let made = 0;
  return {
    log,
    make: async () => {
      made += 1;
      log.push(`made ${made}`);
      return made;
    },
    end: async (value: number) => {
      log.push(`ends ${value}`);
      await Promise.resolve();
      log.push(`ended ${value}`);
    },
  };
}

it('is made for the first, shared, and ended after the last; the next one waits for that and gets a new one', async () => {
  const shared = new Shared<number>();
  const one = kind();
  const [first, second] = await Promise.all([shared.hold('a', one, never), shared.hold('a', one, never)]);
  expect([first.value, second.value]).toEqual([1, 1]);
  await first.release();
  await first.release();
  expect(one.log).toEqual(['made 1']);
  const releasing = second.release();
  const third = await shared.hold('a', one, never);
  await releasing;
  expect(third.value).toBe(2);
  expect(one.log).toEqual(['made 1', 'ends 1', 'ended 1', 'made 2']);
});

it('tells all who wait why it could not be made, and is tried anew for the next', async () => {
  const shared = new Shared<number>();
  const failing = { make: () => Promise.reject(new Error('no disk')), end: async () => undefined };
  const both = [shared.hold('a', failing, never), shared.hold('a', failing, never)];
  for (const each of await Promise.allSettled(both)) expect(each).toMatchObject({ status: 'rejected' });
  expect((await shared.hold('a', kind(), never)).value).toBe(1);
});

it('is given up while it is made if nobody waits any more, and only then', async () => {
  const shared = new Shared<number>();
  let given: AbortSignal | undefined;
  const slow = {
    make: (signal: AbortSignal) => {
      given = signal;
      return new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
    end: async () => undefined,
  };
  const [one, other] = [new AbortController(), new AbortController()];
  const first = shared.hold('a', slow, one.signal).catch((error: unknown) => error);
  const second = shared.hold('a', slow, other.signal).catch((error: unknown) => error);
  await Promise.resolve();
  one.abort(new Error('first'));
  expect(await first).toMatchObject({ message: 'first' });
  expect(given?.aborted).toBe(false);
  other.abort(new Error('second'));
  expect(await second).toMatchObject({ message: 'second' });
  expect(given?.aborted).toBe(true);
});
