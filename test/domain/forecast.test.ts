import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForecastInput, forecast } from '../../src/domain/forecast.ts';
import { makespan, simulate } from '../../src/domain/simulate.ts';
import { acyclicPlan } from './arbitrary-plan.ts';

const one = (id: string, size: number, more: Partial<ForecastInput> = {}): ForecastInput => ({
  id,
  size,
  dependencies: [],
  ...more,
});
const hard = (...ids: string[]) => ({
  dependencies: ids.map((id) => ({ packet: id, type: 'hard' as const })),
});

describe('a forecast', () => {
  it('is what the scheduler would do, with packets below what they depend on', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.integer({ min: 1, max: 4 }), (packets, slots) => {
        const plan = forecast(packets, slots);
        expect(plan.makespan).toBe(makespan(simulate(packets, slots)));
        expect(plan.makespan).toBeGreaterThanOrEqual(plan.lowerBound);
        expect(plan.packets.map(({ id }) => id).sort()).toEqual(packets.map(({ id }) => id).sort());
        const layer = new Map(plan.packets.map((each) => [each.id, each.layer]));
        for (const each of plan.packets) {
          const above = each.dependencies.map(({ packet }) => layer.get(packet) ?? 0);
          expect(each.layer).toBe(1 + Math.max(0, ...above));
        }
      }),
    );
  });

  it('names the critical path, the work and the bound', () => {
    const plan = forecast([one('a', 10), one('b', 30, hard('a')), one('c', 5, hard('a'))], 2);
    expect(plan).toMatchObject({
      slots: 2,
      makespan: 40,
      lowerBound: 40,
      work: 45,
      criticalPath: { packets: ['a', 'b'], length: 40 },
      packets: [
        { id: 'a', layer: 1, critical: true, start: 0, end: 10 },
        { id: 'b', layer: 2, critical: true, start: 10, end: 40 },
        { id: 'c', layer: 2, critical: false, start: 10, end: 15 },
      ],
    });
  });

  it('of a feature that runs begins now: what has ended takes no time, what runs the rest of it', () => {
    const plan = forecast(
      [
        one('a', 10, { status: 'merged' }),
        one('b', 40, { status: 'running', percent: 75, ...hard('a') }),
        one('c', 20, { status: 'submitted', ...hard('a') }),
        one('d', 20, { status: 'waiting', ...hard('c') }),
        one('e', 20, { status: 'dropped' }),
      ],
      2,
    );
    expect(plan.packets.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['a', undefined, undefined],
      ['e', undefined, undefined],
      ['b', 0, 10],
      ['c', 0, 0],
      ['d', 0, 20],
    ]);
    expect(plan).toMatchObject({ makespan: 20, work: 30 });
  });

  it('leaves a packet its slot although another is more urgent, and something to do at 100 %', () => {
    const plan = forecast([one('long', 100), one('short', 20, { status: 'running', percent: 100 })], 1);
    expect(plan.packets.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['long', 1, 101],
      ['short', 0, 1],
    ]);
  });

  it('of nothing is nothing', () => {
    expect(forecast([], 3)).toEqual({
      slots: 3,
      makespan: 0,
      lowerBound: 0,
      work: 0,
      criticalPath: { packets: [], length: 0 },
      packets: [],
    });
  });
});
