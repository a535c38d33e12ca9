import { expect, it } from 'vitest';
import { figureAt, limitProblems } from '../../src/domain/judge.ts';

it.each([
  [{ total: { lines: { pct: 96 } } }, 'total.lines.pct', 96],
  [{ a: [1, 2] }, 'a.1', 2],
  [{ a: '5' }, 'a', null],
  [{ a: Number.NaN }, 'a', null],
  [{ a: 1 }, 'a.b', null],
  [{ a: 1 }, 'b', null],
  [null, 'a', null],
  [{}, 'constructor.length', null],
])('reads the figure of %j at %s as %j', (value, path, figure) => {
  expect(figureAt(value, path)).toBe(figure);
});

it('names each limit that is not kept, and what was not measured', () => {
  const judge = { errors: { max: 0.01 }, requests: { min: 100 }, p95: { max: 200 } };
  expect(limitProblems(judge, { errors: 0.01, requests: 100, p95: 200 })).toEqual([]);
  expect(limitProblems(judge, { errors: 0.02, requests: 3, p95: null })).toEqual([
    'errors is 0.02, allowed at most 0.01',
    'requests is 3, needs at least 100',
    'p95 was not measured',
  ]);
  expect(limitProblems(judge, {})).toHaveLength(3);
});
