import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CommandTurns } from '../../src/lanes/command-turns.ts';
import { event } from '../support/event.ts';

const command = () => {
  const { happen: end, happened } = event();
  let begun = false;
  const work = async () => {
    begun = true;
    await happened;
    return 'done';
  };
  return { work, end, begun: () => begun };
};
const quick = async () => 'quick';

const begunOf = async (all: readonly ReturnType<typeof command>[]) => {
  for (let round = 0; round < 5; round += 1) await settled();
  return all.map((each) => each.begun());
};

describe('turns of commands', () => {
  it('tell each command whether another ran beside it, however short', async () => {
    const turns = new CommandTurns();
    const long = command();
    const running = turns.shared(long.work);
    expect(await turns.shared(quick)).toEqual({ value: 'quick', beside: true });
    long.end();
    expect(await running).toEqual({ value: 'done', beside: true });
    expect(await turns.shared(quick)).toEqual({ value: 'quick', beside: false });
  });

  it('are alone where that is wanted: after what runs, and before what comes', async () => {
    const turns = new CommandTurns();
    const all = [command(), command(), command(), command()] as const;
    const running = [
      turns.shared(all[0].work),
      turns.alone(all[1].work),
      turns.shared(all[2].work),
      turns.alone(all[3].work),
    ];
    expect(await begunOf(all)).toEqual([true, false, false, false]);
    all[0].end();
    expect(await begunOf(all)).toEqual([true, true, false, false]);
    all[1].end();
    expect(await begunOf(all)).toEqual([true, true, true, false]);
    all[2].end();
    all[3].end();
    expect((await Promise.all(running)).map(({ beside }) => beside)).toEqual([false, false, false, false]);
  });

  it('come one after the other for one name, and not for two', async () => {
    const turns = new CommandTurns();
    const all = [command(), command(), command()] as const;
    const names = ['db', 'db', 'port'];
    const running = all.map(({ work }, at) => turns.shared(work, { exclusive: names[at] }));
    expect(await begunOf(all)).toEqual([true, false, true]);
    all[0].end();
    expect(await begunOf(all)).toEqual([true, true, true]);
    for (const each of all) each.end();
    await Promise.all(running);
  });

  it('don’t wait for each other if one is alone for a name that another holds and waits with', async () => {
    const turns = new CommandTurns();
    const [first, alone, next] = [command(), command(), command()];
    const running = [
      turns.shared(first.work, { exclusive: 'db' }),
      turns.alone(alone.work, { exclusive: 'db' }),
      turns.shared(next.work, { exclusive: 'db' }),
    ];
    for (const each of [first, alone, next]) each.end();
    expect(await Promise.all(running)).toHaveLength(3);
  });

  it('go on in company after a while, if what runs beside doesn’t end', async () => {
    const turns = new CommandTurns(20);
    const long = command();
    const running = turns.shared(long.work);
    expect(await turns.alone(quick)).toEqual({ value: 'quick', beside: true });
    long.end();
    await running;
    expect(await turns.alone(quick)).toEqual({ value: 'quick', beside: false });
  });

  it('go on after a while that is no whole number of milliseconds, as measured ones are', async () => {
    const turns = new CommandTurns();
    const long = command();
    const running = turns.shared(long.work);
    for (const mostWaitMs of [7.209120782000013, 0.3, 0])
      expect(await turns.alone(quick, { mostWaitMs })).toEqual({ value: 'quick', beside: true });
    long.end();
    await running;
  });

  it('are given up by whoever is cancelled, and hold nobody up after that', async () => {
    const turns = new CommandTurns();
    const first = command();
    const running = turns.shared(first.work, { exclusive: 'db' });
    await begunOf([first]);
    const cancel = new AbortController();
    const waiting = [
      turns.alone(quick, { signal: cancel.signal }),
      turns.shared(quick, { signal: cancel.signal, exclusive: 'db' }),
    ].map((each) => each.catch((error: Error) => error.message));
    cancel.abort(new Error('enough'));
    expect(await Promise.all(waiting)).toEqual(['enough', 'enough']);
    expect(await turns.shared(quick)).toMatchObject({ beside: true });
    first.end();
    await running;
    expect(await turns.shared(quick, { exclusive: 'db' })).toEqual({ value: 'quick', beside: false });
  });

  it('pass on what a command throws, and are free after it', async () => {
    const turns = new CommandTurns();
    const broken = async () => {
      throw new Error('broken');
    };
    await expect(turns.alone(broken)).rejects.toThrow('broken');
    await expect(turns.shared(broken, { exclusive: 'db' })).rejects.toThrow('broken');
    expect(await turns.alone(quick)).toEqual({ value: 'quick', beside: false });
  });

  it('tell who waits of it, and when it goes on', async () => {
    const turns = new CommandTurns();
    const said: string[] = [];
    const waits = () => {
      said.push('waits');
      return async () => void said.push('goes on');
    };
    await turns.shared(quick, { waits });
    expect(said).toEqual([]);
    await turns.alone(quick, { waits });
    expect(said).toEqual(['waits', 'goes on']);
  });
});
