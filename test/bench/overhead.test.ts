import { expect, it } from 'vitest';
import { lowerBound, packetsOf } from '../../bench/overhead/shapes.ts';
import { planProblems } from '../../src/domain/plan.ts';

it('the synthetic packets make plans that can be run, whose bound is the longer of chain and work', () => {
  for (const shape of ['independent', 'chains'] as const)
    for (const count of [1, 3, 30, 300])
      expect(planProblems('f', packetsOf(count, shape, 3), 'main')).toEqual([]);
  expect(
    packetsOf(5, 'chains', 2).map(({ dependencies }) => dependencies.map(({ packet }) => packet)),
  ).toEqual([[], [], ['p-000'], ['p-001'], ['p-002']]);
  expect(lowerBound(30, 'independent', 3, 30)).toBe(300);
  expect(lowerBound(4, 'independent', 3, 30)).toBe(40);
  expect(lowerBound(4, 'chains', 3, 30)).toBe(60);
});
