import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunUsage } from '../../src/agents/run-usage.ts';

const increments = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 });
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

test.each([
  ['of the session', 'session'],
  ['of the run', 'run'],
] as const)('a process used what it added, if its totals are %s', (_, of) => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), increments, (before, added) => {
      const from = { spent: { inputTokens: before }, resumed: true, eachRun: false };
      const usage = new RunUsage(from, () => undefined);
      let total = of === 'session' ? before : 0;
      for (const one of added) {
        total += one;
        usage.add({ inputTokens: total, outputTokens: undefined }, of === 'run');
      }
      expect(usage.used).toEqual({ inputTokens: sum(added) });
      expect(usage.totals).toEqual({ inputTokens: total });
    }),
  );
});

test('figures that fall have begun at zero, wherever they do, and a sum of dollars may differ in its last digit', () => {
  const anew: unknown[] = [];
  const from = { spent: { inputTokens: 100, costUsd: 0.1 + 0.2 }, resumed: true, eachRun: false };
  const usage = new RunUsage(from, (one) => anew.push(one));
  usage.add({ costUsd: 0.3 }, false);
  expect(anew).toEqual([]);
  usage.add({ inputTokens: 110 }, false);
  usage.add({ inputTokens: 40 }, false);
  usage.add({ inputTokens: 45 }, false);
  expect(usage.used.inputTokens).toBe(55);
  expect(anew).toMatchObject([{ last: { inputTokens: 110 }, eachRun: false }]);
});
