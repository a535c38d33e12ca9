import { describe, expect, it } from 'vitest';
import { createKeyedMutex } from '../../src/git/mutex.ts';
import { createSharedTurns } from '../../src/homes/shared-turns.ts';

/** Shared turns of one tree whose uses say what happens; each works until it is let go. */
const scene = () => {
  const sharedTurns = createSharedTurns();
  const mutex = createKeyedMutex();
  const log: string[] = [];
  const use = (name: string, as: string, prepare = async () => {}) => {
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let begun = () => {};
    const began = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const ended = sharedTurns('tree', {
      as,
      turn: (inside) => mutex('tree', inside),
      prepare: async () => {
        log.push(`prepared for ${as}`);
        await prepare();
      },
      work: async () => {
        log.push(`${name} begins`);
        begun();
        await until;
        log.push(`${name} ends`);
        return name;
      },
    });
    return { letGo, began, ended };
  };
  return { log, use, mutex };
};

describe('a place that is shared', () => {
  it('is prepared once for all who want the same of it, who work side by side', async () => {
    const { log, use } = scene();
    const [one, two] = [use('one', 'a'), use('two', 'a')];
    await Promise.all([one.began, two.began]);
    one.letGo();
    two.letGo();
    expect(await Promise.all([one.ended, two.ended])).toEqual(['one', 'two']);
    expect(log.filter((line) => line.startsWith('prepared'))).toEqual(['prepared for a']);
  });

  it('is given to who wants something else only when the last has left', async () => {
    const { log, use } = scene();
    const [one, two, other] = [use('one', 'a'), use('two', 'a'), use('other', 'b')];
    await two.began;
    two.letGo();
    await two.ended;
    one.letGo();
    await other.began;
    other.letGo();
    await other.ended;
    expect(log.indexOf('other begins')).toBeGreaterThan(log.indexOf('one ends'));
    expect(log).toContain('prepared for b');
  });

  it('waits for its turn among those who want the place for themselves', async () => {
    const { log, use, mutex } = scene();
    let free = () => {};
    const alone = mutex('tree', () => new Promise<void>((resolve) => (free = resolve)));
    const one = use('one', 'a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    free();
    await alone;
    await one.began;
    one.letGo();
    expect(await one.ended).toBe('one');
  });

  it('fails everybody whose place could not be prepared, and is free again after that', async () => {
    const { use } = scene();
    const broken = async () => {
      throw new Error('no tree');
    };
    const [one, two] = [use('one', 'a', broken), use('two', 'a', broken)];
    await expect(one.ended).rejects.toThrow('no tree');
    await expect(two.ended).rejects.toThrow('no tree');
    const after = use('after', 'a');
    after.letGo();
    expect(await after.ended).toBe('after');
  });
});
