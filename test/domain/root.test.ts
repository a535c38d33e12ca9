import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  andAbove,
  fromRoot,
  isOutside,
  plainRoot,
  rootNameProblem,
  rootProblem,
  toRoot,
} from '../../src/domain/root.ts';

const name = fc.constantFrom('a', 'b', 'packages', 'api', 'x.ts', '.env');
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

describe('a path seen from a root', () => {
  it('is the same path again when it is seen from the top', () => {
    fc.assert(
      fc.property(path, path, (root, file) => {
        expect(fromRoot(root, toRoot(root, file))).toBe(file);
      }),
    );
  });

  it('begins with ../ just if it lies outside', () => {
    fc.assert(
      fc.property(path, path, (root, file) => {
        fc.pre(file !== root);
        expect(isOutside(toRoot(root, file))).toBe(!file.startsWith(`${root}/`));
      }),
    );
  });

  it.each([
    ['packages/api', 'packages/api/src/a.ts', 'src/a.ts'],
    ['packages/api', 'packages/web/a.ts', '../web/a.ts'],
    ['packages/api', 'package-lock.json', '../../package-lock.json'],
    ['packages/api', 'packages/apis/a.ts', '../apis/a.ts'],
    ['', 'src/a.ts', 'src/a.ts'],
  ])('from %j: %s is %s', (root, whole, seen) => {
    expect(toRoot(root, whole)).toBe(seen);
    expect(fromRoot(root, seen)).toBe(whole);
  });

  it('has globs too', () => {
    expect(fromRoot('packages/api', './src/**/*.ts')).toBe('packages/api/src/**/*.ts');
    expect(fromRoot('packages/api', '../../node_modules')).toBe('node_modules');
    expect(andAbove('packages/api')).toEqual(['packages/api', 'packages', '']);
  });
});

describe('a root', () => {
  it.each(['packages/api', './packages/api/', 'a b', '.', 'ünïcode'])('may be named %j', (text) => {
    expect(rootNameProblem(text)).toBeUndefined();
  });

  it.each([
    ['/packages/api', 'is absolute'],
    ['~/api', 'is absolute'],
    ['C:/api', 'is absolute'],
    ['packages/../..', 'leads out with `..`'],
    ['../other', 'leads out with `..`'],
    ['.git/hooks', 'own folder'],
    ['packages/*', 'patterns'],
    ['packages\\api', 'patterns'],
    ['a\nb', 'control character'],
    ['', 'is a folder of the repository'],
    ['x'.repeat(400), 'at most 300'],
  ])('can’t be %j', (text, why) => {
    expect(rootNameProblem(text)).toContain(why);
  });

  it('is spelled in one way', () => {
    expect(['./packages//api/', '.', './'].map(plainRoot)).toEqual(['packages/api', '', '']);
  });

  const listing = new Map([
    ['packages/api/a.ts', { mode: '100644' }],
    ['packages/link', { mode: '120000' }],
    ['packages/module', { mode: '160000' }],
    ['README.md', { mode: '100644' }],
  ]);
  it.each([
    ['', undefined],
    ['packages', undefined],
    ['packages/api', undefined],
    ['packages/ap', 'there is no folder packages/ap in the base commit'],
    ['packages/link', 'packages/link is a symbolic link in the base commit'],
    ['packages/link/api', 'packages/link, in which packages/link/api would lie, is a symbolic link'],
    ['packages/module', 'packages/module is a submodule'],
    ['packages/module/src', 'is a submodule'],
    ['README.md', 'README.md is a file'],
    ['packages/api/a.ts/b', 'is a file'],
  ])('has to be a folder of the base commit: %j', (root, why) => {
    const problem = rootProblem(root, listing);
    if (why === undefined) expect(problem).toBeUndefined();
    else expect(problem).toContain(why);
  });
});
