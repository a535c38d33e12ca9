import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CheckSlots } from '../../src/homes/check-slots.ts';

/** Work that goes on until it is let go. */
const held = () => {
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let begun = false;
  const work = async () => {
    begun = true;
    await until;
  };
  return { work, letGo: () => letGo(), begun: () => begun };
};

describe('the checks of one worker', () => {
  it('run as many at once as there are slots, first come, first served', async () => {
    const slots = new CheckSlots(2);
    const all = [held(), held(), held(), held()] as const;
    const running = all.map(({ work }) => slots.hold(undefined, work));
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

  it('give their slot back when they fail, and their place when they are cancelled', async () => {
    const slots = new CheckSlots(1);
    const [first, last] = [held(), held()];
    const abort = new AbortController();
    const running = slots.hold(undefined, async () => {
      await first.work();
      throw new Error('broken');
    });
    const cancelled = slots.hold(abort.signal, async () => 'never');
    const next = slots.hold(undefined, last.work);
    abort.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(last.begun()).toBe(false);
    first.letGo();
    await expect(running).rejects.toThrow('broken');
    last.letGo();
    await next;
    await expect(slots.hold(abort.signal, async () => 'never')).rejects.toThrow('cancelled');
    expect(await slots.hold(undefined, async () => 'done')).toBe('done');
  });
});
