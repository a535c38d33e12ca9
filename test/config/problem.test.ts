import { expect, it } from 'vitest';
import { formatProblems, sortProblems } from '../../src/config/problem.ts';

const at = (file: string, line: number, column: number, message = 'x') => ({ file, line, column, message });

it('problems come in the order of their files, lines and columns, each once', () => {
  const ordered = [
    at('a', 1, 9),
    at('a', 2, 1),
    at('a', 2, 3),
    at('a', 2, 3, 'y'),
    at('b', 1, 1),
    at('c', 1, 1),
  ];
  const [a, b, c, d, e, f] = ordered;
  const given = [f, c, e, a, d, b, c, a].flatMap((one) => (one ? [{ ...one }] : []));
  expect(sortProblems(given)).toEqual(ordered);
  expect(sortProblems(ordered.toReversed().filter(({ message }) => message === 'x'))).toEqual(
    ordered.filter(({ message }) => message === 'x'),
  );
});

it('a problem is one line that editors make a link of', () => {
  expect(formatProblems([at('a.md', 3, 7, 'is wrong'), at('b.md', 1, 1)])).toBe(
    'a.md:3: is wrong\nb.md:1: x',
  );
});
