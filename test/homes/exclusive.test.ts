import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createExclusive } from '../../src/homes/exclusive.ts';
import { event } from '../support/event.ts';

/** Work that goes on until it is let go. */
const held = () => {
  const { happen: letGo, happened } = event();
  let begun = false;
  const work = async () => {
    begun = true;
    await happened;
  };
  return { work, letGo, begun: () => begun };
};

describe('a lock with a bound on those who share it', () => {
  it('lets as many at once as it is bound to, first come, first served', async () => {
    const slots = createExclusive(2);
    const all = [held(), held(), held(), held()] as const;
    const running = all.map(({ work }) => slots.shared(work));
    const begun = async () => {
      await settled();
      return all.map((each) => each.begun());
    };
    expect(await begun()).toEqual([true, true, false, false]);
    all[1].letGo();
    expect(await begun()).toEqual([true, true, true, false]);
    for (const each of all) each.letGo();
    await Promise.all(running);
    expect(await begun()).toEqual([true, true, true, true]);
  });

  it('has its hold back from work that fails, and its place from who is cancelled', async () => {
    const slots = createExclusive(1);
    const [first, last] = [held(), held()];
    const abort = new AbortController();
    const running = slots.shared(async () => {
      await first.work();
      throw new Error('broken');
    });
    const cancelled = slots.shared(async () => 'never', abort);
    const next = slots.shared(last.work);
    abort.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(last.begun()).toBe(false);
    first.letGo();
    await expect(running).rejects.toThrow('broken');
    last.letGo();
    await next;
    await expect(slots.shared(async () => 'never', abort)).rejects.toThrow('cancelled');
    expect(await slots.shared(async () => 'done')).toBe('done');
  });
});
