import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import { nextToRun } from '../../src/domain/schedule.ts';
import { correctSizes } from '../../src/domain/sizes.ts';
import { acyclicPlan } from './arbitrary-plan.ts';

const packet = (id: string, more: object = {}): Packet => packetSchema.parse({ id, objective: 'x', ...more });
const sizes = (packets: readonly Packet[]) => Object.fromEntries(packets.map(({ id, size }) => [id, size]));

describe('sizes corrected by measured times', () => {
  it('stay as they are without a measurement that says anything', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        expect(correctSizes(packets, [])).toEqual(packets);
        const nothing = [0, Number.NaN, -5].map((minutes) => ({ packet: packets[0]?.id ?? '', minutes }));
        expect(correctSizes(packets, [...nothing, { packet: 'unknown', minutes: 5 }])).toEqual(packets);
      }),
    );
  });

  it('are those of packets not done, and all that is not a size stays', () => {
    const times = fc.array(
      fc.record({ at: fc.nat(11), minutes: fc.double({ min: 0.001, max: 1e5, noNaN: true }) }),
    );
    fc.assert(
      fc.property(acyclicPlan, times, (packets, given) => {
        const measured = given.flatMap(({ at, minutes }) => {
          const id = packets[at]?.id;
          return id === undefined ? [] : [{ packet: id, minutes }];
        });
        const corrected = correctSizes(packets, measured);
        for (const [index, one] of corrected.entries()) {
          const before = packets[index];
          expect({ ...one, size: 0 }).toEqual({ ...before, size: 0 });
          if (measured.some((each) => each.packet === one.id)) expect(one.size).toBe(before?.size);
          expect(one.size).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('follow what all take where a sort has no measurement of its own', () => {
    const plan = [
      packet('a', { size: 30 }),
      packet('b', { size: 20 }),
      packet('t', { size: 10, kind: 'test' }),
    ];
    expect(sizes(correctSizes(plan, [{ packet: 'a', minutes: 60 }]))).toEqual({ a: 30, b: 40, t: 20 });
  });

  it('move towards those of their own sort, the more of it was measured', () => {
    const test = (id: string) => packet(id, { size: 10, kind: 'test' });
    const code = (id: string) => packet(id, { size: 10 });
    const plan = [code('c1'), code('c2'), code('c3'), code('c'), test('t1'), test('t2'), test('t')];
    const codes = ['c1', 'c2', 'c3'].map((id) => ({ packet: id, minutes: 10 }));
    const one = sizes(correctSizes(plan, [...codes, { packet: 't1', minutes: 30 }]));
    expect(one.c).toBe(10);
    // One sample against a weight of two: (1 * 3 + 2 * 1) / 3.
    expect(one.t).toBeCloseTo(16.67, 2);
    const two = sizes(
      correctSizes(plan, [...codes, ...['t1', 't2'].map((id) => ({ packet: id, minutes: 30 }))]),
    );
    expect(two.t).toBe(20);
  });

  it('go by the role where a packet names one', () => {
    const plan = [
      packet('a', { size: 10, role: 'slow' }),
      packet('b', { size: 10 }),
      packet('c', { size: 10 }),
      packet('d', { size: 10, role: 'slow' }),
      packet('e', { size: 10 }),
    ];
    const { d = 0, e = 0 } = sizes(
      correctSizes(plan, [
        { packet: 'a', minutes: 40 },
        { packet: 'b', minutes: 10 },
        { packet: 'c', minutes: 10 },
      ]),
    );
    expect(d).toBeGreaterThan(e);
  });

  it('follow the middle of what was measured, whatever its order', () => {
    const plan = ['a', 'b', 'c', 'd', 'e'].map((id) => packet(id, { size: 10 }));
    const next = (...minutes: number[]) =>
      sizes(
        correctSizes(
          plan,
          minutes.map((each, index) => ({ packet: plan[index]?.id ?? '', minutes: each })),
        ),
      ).e;
    expect(next(30, 10, 20)).toBe(20);
    expect(next(40, 10, 30, 20)).toBe(25);
  });

  it('bear one run that hung', () => {
    const plan = ['a', 'b', 'c', 'd'].map((id) => packet(id, { size: 10 }));
    const measured = [10, 10, 10_000].map((minutes, index) => ({ packet: plan[index]?.id ?? '', minutes }));
    expect(sizes(correctSizes(plan, measured)).d).toBe(10);
  });

  it('fit the scheduler, and change whom it takes first', () => {
    const plan = [
      packet('done', { size: 10, kind: 'test' }),
      packet('done2', { size: 10 }),
      packet('done3', { size: 10 }),
      packet('code', { size: 12 }),
      packet('test', { size: 10, kind: 'test' }),
    ];
    const merged = new Set(['done', 'done2', 'done3']);
    const states = plan.map(({ id }) => ({ id, state: merged.has(id) ? 'other' : 'waiting' }) as const);
    expect(nextToRun(plan, states, merged, 1)).toEqual(['code']);
    const measured = [
      { packet: 'done', minutes: 40 },
      { packet: 'done2', minutes: 10 },
      { packet: 'done3', minutes: 10 },
    ];
    expect(nextToRun(correctSizes(plan, measured), states, merged, 1)).toEqual(['test']);
  });
});
