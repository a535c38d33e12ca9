import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import {
  canStart,
  dependencyCycle,
  nextToRun,
  planProblems,
  remainingPaths,
  type Schedulable,
} from '../../src/domain/plan.ts';
import { acyclicPlan, anyPlan } from './arbitrary-plan.ts';

const packet = (id: string, more: object = {}) => packetSchema.parse({ id, objective: 'x', ...more });
const on = (...ids: string[]) => ({ dependencies: ids.map((id) => ({ packet: id })) });

/** Kahn's algorithm: another way than the code's to tell whether there is a cycle. */
const hasCycle = (packets: readonly Packet[]): boolean => {
  const left = new Map(
    packets.map(({ id, dependencies }) => [id, new Set(dependencies.map((d) => d.packet))]),
  );
  for (;;) {
    const free = [...left].filter(([, wants]) => ![...wants].some((id) => left.has(id)));
    if (free.length === 0) return left.size > 0;
    for (const [id] of free) left.delete(id);
  }
};

describe('dependencyCycle', () => {
  it('finds a cycle exactly when there is one, and each of its steps is a dependency', () => {
    fc.assert(
      fc.property(anyPlan, (packets) => {
        const cycle = dependencyCycle(packets);
        expect(cycle !== undefined).toBe(hasCycle(packets));
        if (!cycle) return;
        expect(cycle.at(0)).toBe(cycle.at(-1));
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(packets.find((one) => one.id === id)?.dependencies.map((d) => d.packet)).toContain(
            cycle[index + 1],
          );
      }),
    );
  });

  it('names a packet that waits for itself', () => {
    expect(dependencyCycle([packet('a', on('a'))])).toEqual(['a', 'a']);
  });
});

describe('planProblems', () => {
  it('has nothing against a plan without a circle', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        expect(planProblems('f', packets)).toEqual([]);
      }),
    );
  });

  it.each([
    ['an unknown dependency', [packet('a', on('b'))], 'depends on "b", which is no packet (there are: a)'],
    ['a doubled dependency', [packet('a'), packet('b', on('a', 'a'))], 'names its dependency "a" twice'],
    ['a doubled id', [packet('a'), packet('a')], 'two packets have the id "a"'],
    ['a cycle', [packet('a', on('b')), packet('b', on('a'))], 'a cycle: a -> b -> a'],
    [
      'a shared branch',
      [packet('a', { branch: 'x' }), packet('b', { branch: 'x' })],
      'packets "a" and "b" share the branch "x"',
    ],
    [
      'a default branch taken',
      [packet('a'), packet('b', { branch: 'baton/f/a' })],
      'share the branch "baton/f/a"',
    ],
    ['the integration branch', [packet('a', { branch: 'baton/f/integration' })], "kept for Baton's own work"],
    ['the landed branch', [packet('a', { branch: 'feature/f' })], 'kept for the landed feature'],
    ['another feature’s branch', [packet('a', { branch: 'baton/g/a' })], 'belongs to another feature'],
    [
      'a branch below another',
      [packet('a', { branch: 'x' }), packet('b', { branch: 'x/y' })],
      'git can\'t hold it beside "x"',
    ],
    [
      'a branch above another',
      [packet('a', { branch: 'x/y' }), packet('b', { branch: 'x' })],
      'git can\'t hold it beside "x/y"',
    ],
  ])('names %s, once', (_what, packets, expected) => {
    expect(planProblems('f', packets)).toEqual([expect.stringContaining(expected)]);
  });
});

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

  it('run to the end idles no slot, ends all, and keeps the bound of list scheduling', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.integer({ min: 1, max: 4 }), (packets, slots) => {
        const merged = new Set<string>();
        const running = new Map<string, number>();
        let now = 0;
        while (merged.size < packets.length) {
          const states = packets.map(({ id }): Schedulable => {
            return { id, state: merged.has(id) || running.has(id) ? 'other' : 'waiting' };
          });
          for (const id of nextToRun(packets, states, merged, slots - running.size))
            running.set(id, now + (packets.find((one) => one.id === id)?.size ?? 0));
          const idle = packets.filter(
            (one) => !merged.has(one.id) && !running.has(one.id) && canStart(one, merged),
          );
          expect(running.size).toBeGreaterThan(0);
          expect(running.size === slots || idle.length === 0).toBe(true);
          now = Math.min(...running.values());
          for (const [id, end] of running) {
            if (end !== now) continue;
            running.delete(id);
            merged.add(id);
          }
        }
        // Graham's bound: work shared evenly plus the longest chain.
        const work = packets.reduce((sum, { size }) => sum + size, 0);
        expect(now).toBeLessThanOrEqual(work / slots + Math.max(...remainingPaths(packets).values()));
      }),
    );
  });
});
