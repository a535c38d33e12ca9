import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/config/nearest.ts';

it('counts one letter swapped, dropped, added or changed as one step', () => {
  expect(editDistance('lnit', 'lint')).toBe(1);
  expect(editDistance('lin', 'lint')).toBe(1);
  expect(editDistance('lintt', 'lint')).toBe(1);
  expect(editDistance('lost', 'lint')).toBe(2);
});

it('is a distance: none to itself, the same both ways, at most the longer length', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

it('names nothing where nothing is near', () => {
  expect(nearest('budget', ['runner', 'stall'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
  expect(nearest('time-out', ['timeout'])).toBe('timeout');
});
