import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath, lowerBound } from '../../src/domain/critical-path.ts';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import { type Chooser, makespan, type Span, simulate } from '../../src/domain/simulate.ts';
import { acyclicPlan } from './arbitrary-plan.ts';

const packet = (
  id: string,
  size: number,
  ...dependencies: (string | { packet: string; type: 'soft' })[]
) => ({
  ...packetSchema.parse({
    id,
    objective: 'x',
    dependencies: dependencies.map((one) => (typeof one === 'string' ? { packet: one } : one)),
  }),
  size,
});
const soft = (id: string) => ({ packet: id, type: 'soft' as const });

/** A plan, its slots, and how long each packet really takes: also no time at all. */
const setting = acyclicPlan.chain((packets) =>
  fc.record({
    packets: fc.constant(packets),
    slots: fc.integer({ min: 1, max: 4 }),
    times: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 })), {
      minLength: packets.length,
      maxLength: packets.length,
    }),
  }),
);
const durationsOf = (packets: readonly Packet[], times: readonly number[]) =>
  new Map(packets.map(({ id }, index) => [id, times[index] ?? 0]));

const play = ({ packets, slots, times }: { packets: Packet[]; slots: number; times: number[] }) => {
  const durations = durationsOf(packets, times);
  const spans = simulate(packets, slots, { durations });
  const byId = new Map(spans.map((span) => [span.id, span]));
  const span = (id: string): Span => byId.get(id) ?? { id, start: Number.NaN, end: Number.NaN };
  const worked = (one: Span) => one.start + (durations.get(one.id) ?? 0);
  return {
    spans,
    span,
    worked,
    moments: [...new Set(spans.flatMap((one) => [one.start, one.end, worked(one)]))],
  };
};

describe('a simulated plan', () => {
  it('ends all, each once, and starts none before what it hard-depends on is merged', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { spans, span, worked } = play(given);
        expect(spans.map(({ id }) => id)).toEqual(given.packets.map(({ id }) => id));
        for (const { id, dependencies } of given.packets) {
          const own = span(id);
          for (const { packet: other, type } of dependencies) {
            if (type === 'hard') expect(own.start).toBeGreaterThanOrEqual(span(other).end);
            expect(own.end).toBeGreaterThanOrEqual(span(other).end);
          }
          const last = Math.max(0, ...dependencies.map((one) => span(one.packet).end));
          expect(own.end).toBe(Math.max(worked(own), last));
        }
      }),
    );
  });

  it('never has more at work than there are slots, nor a slot idle while something is ready', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { spans, span, worked, moments } = play(given);
        for (const at of moments) {
          const busy = spans.filter((one) => one.start <= at && at < worked(one)).length;
          expect(busy).toBeLessThanOrEqual(given.slots);
          const ready = given.packets.filter(
            ({ id, dependencies }) =>
              span(id).start > at &&
              dependencies.every((one) => one.type === 'soft' || span(one.packet).end <= at),
          );
          expect(busy === given.slots || ready.length === 0).toBe(true);
        }
      }),
    );
  });

  it('keeps the bounds: no earlier than chain and work allow, no later than Graham proved', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.integer({ min: 1, max: 4 }), (packets, slots) => {
        const end = makespan(simulate(packets, slots));
        const work = packets.reduce((sum, { size }) => sum + size, 0);
        const { length } = criticalPath(packets);
        expect(end).toBeGreaterThanOrEqual(lowerBound(packets, slots));
        expect(end).toBeLessThanOrEqual(work / slots + ((slots - 1) / slots) * length + 1e-9);
      }),
    );
  });

  it('takes no slot for what takes no time', () => {
    const plan = [packet('a', 0), packet('b', 0, 'a'), packet('c', 5, 'b'), packet('d', 0, 'c')];
    expect(simulate(plan, 1)).toEqual([
      { id: 'a', start: 0, end: 0 },
      { id: 'b', start: 0, end: 0 },
      { id: 'c', start: 0, end: 5 },
      { id: 'd', start: 5, end: 5 },
    ]);
  });

  it('starts a softly dependent packet at once and merges it after the other', () => {
    expect(simulate([packet('db', 40), packet('api', 30, soft('db'))], 2)).toEqual([
      { id: 'db', start: 0, end: 40 },
      { id: 'api', start: 0, end: 40 },
    ]);
  });

  it('schedules by the sizes and runs by the durations', () => {
    const durations = new Map([
      ['short', 50],
      ['long', 1],
    ]);
    const plan = [packet('short', 1), packet('long', 60)];
    expect(simulate(plan, 1, { durations })).toEqual([
      { id: 'short', start: 1, end: 51 },
      { id: 'long', start: 0, end: 1 },
    ]);
  });

  it('goes on from what is merged already', () => {
    const plan = [packet('a', 10), packet('b', 20, 'a')];
    expect(simulate(plan, 1, { merged: new Set(['a']) })).toEqual([{ id: 'b', start: 0, end: 20 }]);
  });

  it('takes another rule in place of the scheduler', () => {
    const last: Chooser = (packets, states, _merged, free) =>
      packets
        .filter((_, index) => states[index]?.state === 'waiting')
        .map(({ id }) => id)
        .reverse()
        .slice(0, free);
    expect(makespan(simulate([packet('a', 10), packet('b', 20)], 1, { choose: last }))).toBe(30);
    expect(simulate([packet('a', 10), packet('b', 20)], 1, { choose: last })[1]?.start).toBe(0);
  });

  it('refuses what can never be started, by name', () => {
    expect(() => simulate([packet('a', 1, 'b'), packet('b', 1, 'a')], 1)).toThrow('never be started: a, b');
    expect(() => simulate([packet('a', 1)], 0)).toThrow('never be started: a');
  });
});

describe('the critical path', () => {
  it('is as long as the plan with a slot for everyone, and its packets follow each other', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        const path = criticalPath(packets);
        expect(path.length).toBe(makespan(simulate(packets, packets.length)));
        for (const [index, id] of path.packets.slice(1).entries())
          expect(packets.find((one) => one.id === id)?.dependencies.map((one) => one.packet)).toContain(
            path.packets[index],
          );
      }),
    );
  });

  it('names the chain and leaves out what is merged', () => {
    const plan = [packet('a', 10), packet('b', 20, 'a'), packet('c', 5, 'a'), packet('d', 1, 'b', 'c')];
    expect(criticalPath(plan)).toEqual({ packets: ['a', 'b', 'd'], length: 31 });
    expect(criticalPath(plan, new Set(['a', 'b']))).toEqual({ packets: ['c', 'd'], length: 6 });
    expect(criticalPath([])).toEqual({ packets: [], length: 0 });
    expect(lowerBound(plan, 1)).toBe(plan.reduce((sum, { size }) => sum + size, 0));
    expect(lowerBound(plan, 100)).toBe(31);
    expect(lowerBound(plan, 1, new Set(['a', 'b']))).toBe(
      plan.reduce((sum, { id, size }) => (id === 'a' || id === 'b' ? sum : sum + size), 0),
    );
  });
});
