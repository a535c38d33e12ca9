import { expect, test } from 'vitest';
import { wildmatch } from '../../../src/git/worktree/wildmatch.ts';

/** What git answers: `/` if it matches path by path, `.` if it matches only where slashes are like other characters. */
const ANSWERS: readonly (readonly [text: string, patterns: string, answer: '/' | '.' | 'only /' | ''])[] = [
  ['foo', 'foo ??? * f* *foo* **foo \\f\\o\\o f[o]o f[!a]o f[^a]o', '/'],
  ['foo', 'bar ?? ???? *f fo fooo foo? foo\\ @foo f[a]o f[!o]o f[^o]o [foo] f[', ''],
  ['foobar', '*ob*a*r* foo*r f*b*r foo**bar', '/'],
  ['foobar', 'foo\\*bar *ba *bo*a', ''],
  ['aaabab', '*ab a*b *a*b', '/'],
  ['aaabbb', 'b*a *ba*', ''],
  ['foo*', 'foo\\* foo[*] foo*', '/'],
  ['f\\oo', 'f\\\\oo f[\\\\]oo', '/'],
  ['f\\oo', 'f\\oo f[\\]oo', ''],
  ['a]b', 'a[]]b a[]-]b a[\\]]b a]b', '/'],
  ['a-b', 'a[]-]b a[-]b a[x-]b a[!x]b a[,-.]b a[--0]b', '/'],
  ['a-b', 'a[x-z]b a[a-c]b', ''],
  ['aab', 'a[]-]b a[!]a-]b', ''],
  ['aab', 'a[]a-]b a[a-c]b a[\\a-\\c]b a[!b-z]b', '/'],
  ['acb', 'a[a-c]b a[c-c]b a[\\a-c]b a[a-\\c]b a[x-za-c]b', '/'],
  ['adb', 'a[a-c]b a[c-a]b a[a-ce-z]b', ''],
  ['j', '[a-e-n]', ''],
  ['-', '[a-e-n] [-] [a-] [---]', '/'],
  ['-', '[a- [!a- [- [!', ''],
  ['[ab]', '\\[ab] [[]ab] [[:]ab] [[:digit]ab] [\\[:]ab]', '/'],
  ['[ab]', '[[::]ab] [ab] [[:nothing:]ab]', ''],
  ['a/b', 'a/b a/* */b */* */? **/b a/** ** */[b] ?/?', '/'],
  ['a/b', 'a?b a*b a[/]b a[!x]b a**b * *b a*', '.'],
  ['a/b', 'a/ /b a//b */*/* a/?? a/b/** **/a a/b/', ''],
  ['ab', 'a/**/b a/b a?**/b', ''],
  ['a/b/c', 'a/**/c **/c a/** **/b/c a/*/c */b/* **/b/* **/*/c */*/* **/**/c', '/'],
  ['a/b/c', '*/c a/* a*c a**c */b* a/b* **c a/**c', '.'],
  ['a/b/c', '**/b a/*/ */*/*/* a/**/b', ''],
  ['a/c', 'a/**/c **/a/c **/c a/**/**/c **/**/c', 'only /'],
  ['a/x/y/c', 'a/**/c a/**/y/c a/*/*/c **/x/** a/**/y/*', '/'],
  ['a/x/y/c', 'a/*/c */c a/x/*', '.'],
  ['a/b/', 'a/b/ */*/ a/b/* a/**', '/'],
  ['', '* **', '/'],
  ['', '? a \\ [a] [!a]', ''],
  ['a.b.c', '*.c *.b.c a.* a*c *.*.* ?.?.?', '/'],
  ['a.b.c', '*.b ?.c *.*.*.*', ''],
];

test.each(ANSWERS)('%j against %s: %j', (text, patterns, answer) => {
  for (const pattern of patterns.split(' ')) {
    const found = [wildmatch(pattern, text, true), wildmatch(pattern, text, false)];
    const isAlways = answer === '/';
    // `only /`: whether it also matches without folders differs from pattern to pattern.
    const expected = answer === 'only /' ? [true, found[1]] : [isAlways, isAlways || answer === '.'];
    expect([pattern, ...found]).toEqual([pattern, ...expected]);
  }
});

test.each([
  ['alnum', 'aZ5', '_ -é'],
  ['alpha', 'aZ', '5_ '],
  ['blank', ' \t', '\na'],
  ['cntrl', '\u0001\u007f\n', 'a ~'],
  ['digit', '09', 'a-'],
  ['graph', 'a!~', ' \u0001é'],
  ['lower', 'az', 'AZ0'],
  ['print', 'a ~', '\u0001\né'],
  ['punct', '!/:@[`{~-_', 'a0 '],
  ['space', ' \t\n\r', 'a_'],
  ['upper', 'AZ', 'az0'],
  ['xdigit', '09afAF', 'gG-'],
])('[:%s:] holds %j and not %j', (name, inside, outside) => {
  for (const char of inside) {
    expect(wildmatch(`[[:${name}:]]`, char, false)).toBe(true);
    expect(wildmatch(`[![:${name}:]]`, char, false)).toBe(false);
    expect(wildmatch(`[x-x[:${name}:]-]`, char, false)).toBe(true);
  }
  for (const char of outside) expect(wildmatch(`[[:${name}:]]`, char, false)).toBe(false);
});
