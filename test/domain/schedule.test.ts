import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetSchema } from '../../src/domain/packet.ts';
import { canStart, nextToRun, remainingPaths, type Schedulable } from '../../src/domain/schedule.ts';
import { acyclicPlan } from './arbitrary-plan.ts';

const packet = (id: string, more: object = {}) => packetSchema.parse({ id, objective: 'x', ...more });

describe('remainingPaths', () => {
  it('are the longest of all chains of dependents', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        const longest = (id: string): number => {
          const below = packets.filter((one) => one.dependencies.some((d) => d.packet === id));
          return (
            (packets.find((one) => one.id === id)?.size ?? 0) +
            Math.max(0, ...below.map((one) => longest(one.id)))
          );
        };
        expect(Object.fromEntries(remainingPaths(packets))).toEqual(
          Object.fromEntries(packets.map(({ id }) => [id, longest(id)])),
        );
      }),
    );
  });
});

describe('nextToRun', () => {
  it('starts only what may start, never more than is free, and something whenever something can', () => {
    const setting = acyclicPlan.chain((packets) =>
      fc.record({
        packets: fc.constant(packets),
        states: fc.tuple(
          ...packets.map(() => fc.constantFrom('waiting' as const, 'wanting' as const, 'other' as const)),
        ),
        merged: fc.subarray(packets.map(({ id }) => id)),
        free: fc.integer({ min: -1, max: 5 }),
      }),
    );
    fc.assert(
      fc.property(setting, ({ packets, states, merged, free }) => {
        const done = new Set(merged);
        const all = packets.map(({ id }, i): Schedulable => ({ id, state: states[i] ?? 'other' }));
        const next = nextToRun(packets, all, done, free);
        const runnable = packets.filter(
          (one, i) => states[i] === 'wanting' || (states[i] === 'waiting' && canStart(one, done)),
        );
        expect(next.length).toBe(Math.max(0, Math.min(free, runnable.length)));
        expect(new Set(next).size).toBe(next.length);
        expect(runnable.map(({ id }) => id)).toEqual(expect.arrayContaining(next));
        const paths = remainingPaths(packets);
        const path = (id: string) => paths.get(id) ?? 0;
        const left = runnable.filter(({ id }) => !next.includes(id));
        for (const id of next)
          for (const other of left) expect(path(id)).toBeGreaterThanOrEqual(path(other.id));
      }),
    );
  });

  it('prefers what was started before at an equal path, then the order of the plan', () => {
    const packets = [packet('a'), packet('b'), packet('c')];
    const states: Schedulable[] = [
      { id: 'a', state: 'waiting' },
      { id: 'b', state: 'waiting' },
      { id: 'c', state: 'wanting' },
    ];
    expect(nextToRun(packets, states, new Set(), 3)).toEqual(['c', 'a', 'b']);
  });

  it('puts first what people put first, the lowest rank before the others', () => {
    const packets = [packet('a', { size: 90 }), packet('b'), packet('c'), packet('d')];
    const states: Schedulable[] = [
      { id: 'a', state: 'waiting' },
      { id: 'b', state: 'waiting', rank: 2 },
      { id: 'c', state: 'waiting', rank: 1 },
      { id: 'd', state: 'wanting' },
    ];
    expect(nextToRun(packets, states, new Set(), 4)).toEqual(['c', 'b', 'a', 'd']);
    expect(nextToRun(packets, states.toReversed(), new Set(), 1)).toEqual(['c']);
  });

  it('gives a slot to what was started, whatever it depends on, and to nothing it does not know', () => {
    const packets = [
      packet('a', { dependencies: [{ packet: 'b', type: 'hard' }] }),
      packet('b', { dependencies: [{ packet: 'c', type: 'soft' }] }),
      packet('c'),
    ];
    const state = (a: Schedulable['state']): Schedulable[] => [
      { id: 'a', state: a },
      { id: 'b', state: 'waiting' },
    ];
    expect(nextToRun(packets, state('wanting'), new Set(), 3)).toEqual(['b', 'a']);
    expect(nextToRun(packets, state('waiting'), new Set(), 3)).toEqual(['b']);
    expect(nextToRun(packets, state('waiting'), new Set(['b']), 3)).toEqual(['b', 'a']);
    expect(nextToRun(packets, state('waiting'), new Set(['b']), 0)).toEqual([]);
  });
});
