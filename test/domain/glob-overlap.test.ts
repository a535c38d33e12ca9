import { matchesGlob } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globsOverlap } from '../../src/domain/glob-overlap.ts';

describe('two globs', () => {
  it.each([
    ['src/', 'src/a/b.ts', true],
    ['src/**/*.test.ts', 'src/db/', true],
    ['src/*.ts', 'src/a.*', true],
    ['src/{a,b}/', 'src/b/c', true],
    ['**', 'x', true],
    ['**/*.md', 'docs/', true],
    ['src/', 'lib/', false],
    ['src/a.ts', 'src/b.ts', false],
    ['src/*.ts', 'src/db/a.ts', false],
    ['src/**/*.test.ts', 'src/lib/user.ts', false],
    ['src/{a,b}/', 'src/c/', false],
    ['src/[ab].ts', 'src/a.ts', true],
    ['src/[abc]x.ts', 'src/a.ts', false],
    ['src/{a,{b,c}d}/', 'src/cd/x', true],
    ['src/{a,{b,c}d}/', 'src/c/x', false],
    ['{a,b}/{c,d}', 'b/d', true],
    ['{a,b}/{c,d}', 'c/a', false],
    [`x/${'{a,b}'.repeat(6)}`, `x/${'c'.repeat(6)}`, false],
    [`x/${'{a,b}'.repeat(7)}`, `x/${'c'.repeat(7)}`, true],
    [`x/${'{a,b}'.repeat(7)}`, 'y/a', false],
    ['./src//a.ts', 'src/./a.ts', true],
    ['src', 'src/a.ts', false],
    ['src/', 'src', true],
    ['a?', 'a', false],
    ['a?', 'ab', true],
    ['a**b', 'axb', true],
    ['*', 'a/b', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/c/d/b', true],
    ['a/**/b', 'a/c/d', false],
    ['ab', 'a', false],
    ['src/{a}/', 'src/a/x', true],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(globsOverlap(a, b)).toBe(expected);
    expect(globsOverlap(b, a)).toBe(expected);
  });

  it.runIf(typeof matchesGlob === 'function')('overlap wherever a path matches both', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '**');
    const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const path = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'aab'), { minLength: 1, maxLength: 4 })
      .map((p) => p.join('/'));
    fc.assert(
      fc.property(glob, glob, path, (a, b, at) => {
        fc.pre(matchesGlob(at, a) && matchesGlob(at, b));
        expect(globsOverlap(a, b)).toBe(true);
      }),
    );
  });
});
