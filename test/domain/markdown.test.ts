import { describe, expect, it } from 'vitest';
import { code, link, quote, verbatim } from '../../src/domain/markdown.ts';
import {
  boundedTable,
  inlineText,
  markdownTable,
  section,
  still,
} from '../../src/domain/pull-request-table.ts';
import { cut } from '../../src/domain/visible.ts';

describe('somebody’s words in Markdown', () => {
  it('are cut between characters', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(cut('👍👍👍', 3)).toBe('👍👍👍');
    expect(cut('👍👍👍👍', 3)).toBe('👍👍…');
  });
  it('are no markup', () => {
    expect(verbatim('\\`*_{}[]()#+-.!:|&<>~ a1')).toBe(
      '\\\\\\`\\*\\_\\{\\}\\[\\]\\(\\)\\#\\+\\-\\.\\!\\:\\|\\&\\<\\>\\~ a1',
    );
    expect(code('a b')).toBe('`a b`');
    expect(code('a`b|c')).toBe('a\\`b\\|c');
  });
  it('stay in their quote, line by line', () => {
    expect(quote('a\r\n\r  b.\n \nc', 99)).toBe('> a  \n>\n> b\\.  \n>\n> c  ');
    expect(quote('abcd', 3)).toBe('> ab…  ');
  });
  it('call nobody', () => {
    expect(still('@a #1 @- a@ # b')).toBe('@<!-- -->a #<!-- -->1 @<!-- -->- a@ # b');
    expect(inlineText('GH-1')).toBe('GH<!-- -->\\-1');
  });
  it('are no links: an address is code', () => {
    expect(verbatim('see https://a.b/c#d, or www.e.f!')).toBe('see `https://a.b/c#d,` or `www.e.f!`');
    expect(link('https://github.com/a/b/pull/1')).toBe('https://github.com/a/b/pull/1');
    expect(link('https://a.b/) [c](d')).toBe('`https://a.b/)` \\[c\\]\\(d');
  });
  it('are one line', () => {
    expect(inlineText(' a\n\t\u0007 b* ')).toBe('a \\<U\\+0007\\> b\\*');
    expect(inlineText('x'.repeat(400))).toBe(`${'x'.repeat(299)}…`);
    expect(inlineText('abcd', 3)).toBe('ab…');
  });
});

describe('a table', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, index) => [`r${index}`, 'x']);

  it('is nothing without rows, and neither is its section', () => {
    expect(markdownTable(['A', 'B'], [])).toEqual([]);
    expect(section('T', [])).toEqual([]);
    expect(section('T', ['a', 'b'])).toEqual(['## T', 'a\nb']);
  });
  it('has at most 60 rows, and says how many there are besides', () => {
    expect(markdownTable(['A', 'B'], rows(60))).toHaveLength(62);
    expect(markdownTable(['A', 'B'], rows(61)).slice(-2)).toEqual(['| r59 | x |', '| … and 1 more |  |']);
  });
  it('may be bounded by its length, line ends counted', () => {
    const line = '| r0 | x |'.length + 1;
    expect(markdownTable(['A', 'B'], rows(3), 3 * line)).toHaveLength(5);
    expect(markdownTable(['A', 'B'], rows(3), 3 * line - 1).slice(2)).toEqual([
      '| r0 | x |',
      '| r1 | x |',
      '| … and 1 more |  |',
    ]);
    const long = [
      ['y'.repeat(1990), ''],
      ['z', ''],
    ];
    expect(boundedTable(['A', 'B'], long).at(-1)).toBe('| … and 1 more |  |');
  });
});
