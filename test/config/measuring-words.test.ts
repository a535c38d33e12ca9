import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellItems } from '../../src/config/measuring/shell-words.ts';

/** The words of each command; a subshell in parentheses. */
const read = (text: string) =>
  shellItems(text).map((item) =>
    item.kind === 'command' ? [...item.words, ...item.redirections.map((file) => `> ${file}`)] : item.kind,
  );

describe('a shell command line', () => {
  it.each<[string, unknown[]]>([
    ['npm test', [['npm', 'test']]],
    ['a; b && c || d | e & f\ng', [['a'], ['b'], ['c'], ['d'], ['e'], ['f'], ['g']]],
    [`node 'my file.mjs' "b c" d\\ e`, [['node', 'my file.mjs', 'b c', 'd e']]],
    [`a"b"'c'd`, [['abcd']]],
    [`say "a \\"quoted\\" word" ''`, [['say', 'a "quoted" word', '']]],
    ['(cd web && npm test) && make', ['open', ['cd', 'web'], ['npm', 'test'], 'close', ['make']]],
    ['a $(b "$(c)") d', ['open', 'open', ['c'], 'close', ['b', '$(c)'], 'close', ['a', '$(b "$(c)")', 'd']]],
    ['a `b c`', ['open', ['b', 'c'], 'close', ['a', '`b c`']]],
    ['a > out.txt 2>&1 < in.txt', [['a', '> out.txt', '> 1', '> in.txt']]],
    ['a &> out.txt', [['a', '> out.txt']]],
    ['a>out.txt', [['a', '> out.txt']]],
    ['A=1 B="2 3" c', [['A=1', 'B=2 3', 'c']]],
    ['a # b c\nd #', [['a'], ['d']]],
    ['a#b', [['a#b']]],
    ['go test \\\n  ./...', [['go', 'test', './...']]],
    [`a \${B:-c d} e`, [['a', `\${B:-c d}`, 'e']]],
    ["'not ended", [['not ended']]],
    ['"not ended $(a', ['open', ['a'], 'close', ['not ended $(a']]],
    ['a)b', [['a'], ['b']]],
    ['a x{ y }', [['a', 'x{', 'y', '}']]],
    ['', []],
  ])('%j is read command by command', (text, commands) => {
    expect(read(text)).toEqual(commands);
  });

  it('never throws, and has no word that is not in the text', () => {
    const plain = (text: string) => text.replaceAll('\\\n', '').replace(/['"\\]/g, '');
    const piece = fc.constantFrom(
      ...`' " \\ $( ) \` ; & | < > # $ { } ( = ${'\n'}`.split(' '),
      ' ',
      '\n',
      'npm',
      'x/y.sh',
      `\${A}`,
    );
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 40 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (line) => {
        for (const item of shellItems(line))
          if (item.kind === 'command')
            for (const word of [...item.words, ...item.redirections])
              expect(plain(line)).toContain(plain(word));
      }),
      { numRuns: 2000 },
    );
  });

  it('ends however deep it is nested', () => {
    expect(shellItems('$('.repeat(20_000)).length).toBeGreaterThan(0);
    expect(shellItems('('.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
