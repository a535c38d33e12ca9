import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentSlots } from '../../src/homes/agent-slots.ts';

/** Slots, and what becomes of those who want one. */
const scene = (size: number) => {
  const slots = new AgentSlots(size);
  const said: string[] = [];
  const want = (who: string, name = who) => {
    const abort = new AbortController();
    const got = slots
      .acquire(who, abort.signal, () => said.push(`${name} waits`))
      .then(
        (giveBack) => {
          said.push(`${name} has one`);
          return giveBack;
        },
        (reason: Error) => {
          said.push(`${name}: ${reason.message}`);
          return () => undefined;
        },
      );
    return { got, abort };
  };
  return { slots, said, want };
};

describe('the agent slots of a worker', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are given to as many as there are, then in the order of coming', async () => {
    const { slots, said, want } = scene(2);
    const first = await want('a').got;
    await want('b').got;
    const [third, fourth] = [want('c'), want('d')];
    expect(slots.free).toBe(-2);
    first();
    (await third.got)();
    await fourth.got;
    expect(said).toEqual(['a has one', 'b has one', 'c waits', 'd waits', 'c has one', 'd has one']);
  });

  it('are not given to a second attempt before the first has ended, while others go by', async () => {
    const { said, want } = scene(3);
    const first = await want('a', 'a1').got;
    const second = want('a', 'a2');
    await want('b').got;
    first();
    await second.got;
    expect(said).toEqual(['a1 has one', 'a2 waits', 'b has one', 'a2 has one']);
  });

  it('are waited for no longer than is wanted', async () => {
    const { slots, said, want } = scene(1);
    const first = await want('a').got;
    const second = want('b');
    second.abort.abort(new Error('cancelled'));
    await second.got;
    first();
    expect(said).toEqual(['a has one', 'b waits', 'b: cancelled']);
    expect(slots.free).toBe(1);
  });

  it('stay promised until the agent comes', async () => {
    const { slots, want } = scene(2);
    slots.promise('a');
    slots.promise('a');
    expect(slots.free).toBe(1);
    (await want('a').got)();
    expect(slots.free).toBe(2);
  });

  it('are no longer promised after a minute', () => {
    const { slots } = scene(1);
    slots.promise('a');
    vi.advanceTimersByTime(59_000);
    expect(slots.free).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(slots.free).toBe(1);
  });

  it('tell who wants to know that one is free', async () => {
    const { slots, want } = scene(1);
    const giveBack = await want('a').got;
    const told = vi.fn();
    const abort = new AbortController();
    const waiting = slots.until(() => slots.free > 0, abort.signal).then(told);
    const other = slots.until(() => false, abort.signal);
    expect(told).not.toHaveBeenCalled();
    giveBack();
    await waiting;
    abort.abort(new Error('no more'));
    await expect(other).rejects.toThrow('no more');
  });
});
