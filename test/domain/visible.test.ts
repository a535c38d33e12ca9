import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inLines,
  oneLine,
  shortLine,
  visible,
  visibleJson,
  withoutUnseen,
} from '../../src/domain/visible.ts';

describe('text with everything in it to be seen', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb\u009b1m', 'a<U+001B>[2Jb<U+009B>1m'],
    ['marks that reorder a line', '\u202ea\u2066', '<U+202E>a<U+2066>'],
    [
      'what has no width',
      'a\u200b\u00ad\ufeff\u3164\u{e0041}b',
      'a<U+200B><U+00AD><U+FEFF><U+3164><U+E0041>b',
    ],
    ['half a character', 'a\ud83d', 'a<U+D83D>'],
    ['breaks of lines of all kinds', 'a\r\nb\rc\u2028d\u0085e\tf', 'a\nb\nc\nd\ne\tf'],
    ['a joiner between letters that need none', 'a\u200db', 'a<U+200D>b'],
  ])('shows %s', (_, text, shown) => expect(visible(text)).toBe(shown));

  it.each([
    ['emoji of several', '👨‍👩‍👧 ✔️ 1️⃣'],
    ['Persian', 'می‌خواهم'],
    ['Hindi', 'क्‍ष'],
    ['wide and combining letters', '漢字 é 한글'],
  ])('leaves %s as it is', (_, text) => expect(visible(text)).toBe(text));

  it('fits in one line and into a length, however it grows', () => {
    expect(oneLine(' a\n\tb  c ')).toBe('a b c');
    expect([...oneLine('\u202e'.repeat(10_000))]).toHaveLength(4000);
    expect(shortLine('abcd', 3)).toBe('ab…');
    expect(inLines({ 'a\nb': ['c\nd', 1, null] })).toEqual({ 'a b': ['c d', 1, null] });
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
        const value: unknown = JSON.parse(json);
        expect(JSON.parse(visibleJson(value))).toEqual(value);
        expect(visibleJson(value)).toBe(visible(visibleJson(value)));
      }),
    );
  });

  it('is shorter by what can not be seen, where that goes', () => {
    expect(withoutUnseen('a\u001b\u202e\r\nb')).toBe('a\nb');
  });
});
