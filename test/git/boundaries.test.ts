import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBoundaries, matchesAny } from '../../src/git/boundaries.ts';

const side = (path: string, inScope: string[], outOfScope: string[] = [], kept: string[] = []) =>
  inBoundaries(path, { inScope, outOfScope }, kept);

test.each([
  ['src/a.ts', ['src/'], 'in'],
  ['src/deep/a.ts', ['src/'], 'in'],
  ['src/deep/a.ts', ['src'], 'in'],
  ['srcs/a.ts', ['src'], 'out'],
  ['src/a.ts', ['src/*.ts'], 'in'],
  ['src/deep/a.ts', ['src/*.ts'], 'out'],
  ['src/deep/a.ts', ['src/**/*.ts'], 'in'],
  ['src/a.ts', ['src/**/*.ts'], 'in'],
  ['src/.env', ['src/**'], 'in'],
  ['a/b/test/x', ['**/test/'], 'in'],
  ['app/[id]/page.tsx', ['app/[id]/page.tsx'], 'in'],
  ['app/i/page.tsx', ['app/[id]/page.tsx'], 'in'],
  ['#notes', ['#notes'], 'in'],
  ['!a', ['!a'], 'in'],
  ['b', ['!a'], 'out'],
  ['SRC/a.ts', ['src/'], 'out'],
  ['src/a.ts', ['./src/'], 'in'],
  ['anything', [], 'in'],
] as const)('%s against %j is %s', (path, globs, expected) => {
  expect(side(path, [...globs])).toBe(expected);
});

test('protected outranks out of scope, which outranks in scope', () => {
  expect(side('ops/deploy', ['ops/'], ['ops/'], ['ops/**'])).toBe('protected');
  expect(side('ops/deploy', ['ops/'], ['ops/**'])).toBe('out');
  expect(side('baton.yaml', [], [], ['baton.yaml'])).toBe('protected');
});

const segment = fc
  .string({
    unit: fc.constantFrom('a', 'b', '.', '[', ']', '{', '}', '*', 'é', ' ', '\n', '(', '!', '+'),
    minLength: 1,
    maxLength: 6,
  })
  .filter((s) => s !== '.' && s !== '..');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('a path is inside itself and each folder above it, and no glob makes it throw', () => {
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(side(one, [one])).toBe('in');
      expect(side(`${other}/${one}`, [`${other}/`])).toBe('in');
      expect(side(`${other}/${one}`, ['**'])).toBe('in');
      expect(matchesAny(one, [])).toBe(false);
      expect(side(one, [other], [other])).toBe('out');
      expect(side(one, [], [], [one])).toBe('protected');
    }),
    { numRuns: 300 },
  );
});

test('a plain folder never takes in what lies outside it', () => {
  const plain = fc
    .array(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));
  fc.assert(
    fc.property(plain, plain, (folder, file) => {
      const inside = file === folder || file.startsWith(`${folder}/`);
      expect(matchesAny(file, [folder])).toBe(inside);
      expect(matchesAny(file, [`${folder}/`])).toBe(inside && file !== folder);
    }),
  );
});
