import fc from 'fast-check';
import { expect, it } from 'vitest';
import { editDistance, nearest, suggestion } from '../../src/domain/nearest.ts';

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

/** The same by its definition. */
function plainDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  return Math.min(
    plainDistance(x, b) + 1,
    plainDistance(a, y) + 1,
    plainDistance(x, y) + (a[0] === b[0] ? 0 : 1),
    ...(swapped ? [plainDistance(a.slice(2), b.slice(2)) + 1] : []),
  );
}

it('is the least number of steps', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(plainDistance(a, b));
    }),
  );
});

it.each([
  ['lnti', ['lint'], undefined],
  ['LINT', ['lint'], 'lint'],
  ['xint', ['lint'], 'lint'],
  ['xynt', ['lint'], undefined],
  ['xb', ['ab'], 'ab'],
  ['xy', ['ab'], undefined],
  ['xycdef', ['abcdef'], 'abcdef'],
  ['xyzdef', ['abcdef'], undefined],
  ['in_Scope', ['out-of-scope', 'in scope'], 'in scope'],
  ['bat', ['cart', 'bar', 'bats'], 'bar'],
  ['bats', ['cart', 'bat'], 'bat'],
  ['a'.repeat(100), ['a'.repeat(99)], 'a'.repeat(99)],
  ['a'.repeat(101), ['a'.repeat(100)], undefined],
])('%s among %j most likely means %s', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});

it('is suggested, or else all there are', () => {
  expect(suggestion('lnit', ['test', 'lint'])).toBe(': did you mean `lint`?');
  expect(suggestion('foo', ['test', 'lint'])).toBe('; there are `test`, `lint`');
  expect(suggestion('foo', [])).toBe('');
});

it('names nothing where nothing is near', () => {
  expect(nearest('budget', ['runner', 'stall'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
  expect(nearest('time-out', ['timeout'])).toBe('timeout');
});

it('a name that is known is never offered in its own place', () => {
  expect(nearest('api-users', ['api-users'])).toBeUndefined();
  expect(suggestion('api-users', ['api-users', 'api-user'])).toBe('');
});
