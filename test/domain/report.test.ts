import { expect, it } from 'vitest';
import type { RunFigures } from '../../src/domain/outcomes.ts';
import { byRole, executionRounds, exitCodeOf, mostAtOnce, OUTCOMES } from '../../src/domain/report.ts';

/** Runs from one second to another. */
const runs = (...spans: [from: number, to: number][]) =>
  spans.map(([from, to]) => ({
    startedAt: new Date(from * 1000).toISOString(),
    durationMs: (to - from) * 1000,
  }));

it('a client that watches ends well only if the work is there', () => {
  expect(OUTCOMES.filter((outcome) => exitCodeOf(outcome) === 0)).toEqual(['rolled-out', 'landed']);
  expect(exitCodeOf('cancelled')).toBe(1);
});

it('the most agents at once are those whose times overlap', () => {
  expect(mostAtOnce([])).toBe(0);
  expect(mostAtOnce(runs([0, 10], [10, 20]))).toBe(1);
  expect(mostAtOnce(runs([10, 20], [0, 10]))).toBe(1);
  expect(mostAtOnce(runs([5, 12], [0, 10], [11, 13], [9, 14]))).toBe(3);
});

it('a round begins if agents start after one of the round before has ended', () => {
  expect(executionRounds([])).toBe(0);
  expect(executionRounds(runs([0, 10], [5, 20]))).toBe(1);
  expect(executionRounds(runs([0, 10], [10, 20]))).toBe(2);
  expect(executionRounds(runs([12, 20], [0, 10], [5, 30]))).toBe(2);
  expect(executionRounds(runs([0, 30], [5, 10], [11, 40], [12, 13]))).toBe(2);
});

it('what was spent is told by role, in the order in which they began', () => {
  const run = (role: string, costUsd: number) =>
    ({ role, runner: 'claude', costUsd }) as unknown as RunFigures;
  const roles = byRole([run('test', 1), run('design', 2), run('test', 4)]);
  expect(roles.map(({ role, costUsd }) => [role, costUsd])).toEqual([
    ['test', expect.objectContaining({ known: 5 })],
    ['design', expect.objectContaining({ known: 2 })],
  ]);
});
