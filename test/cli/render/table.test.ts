import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutToWidth, pad, table, wrap } from '../../../src/cli/render/table.ts';

describe('tables', () => {
  it('aligns columns that hold wide characters', () => {
    const lines = table([
      ['Status', 'Packet'],
      ['🟢 Running', 'api'],
      ['✅ Merged', '日本語'],
      ['x', 'y'],
    ]);
    const starts = [
      [lines[0], 'Packet'],
      [lines[1], 'api'],
      [lines[2], '日本語'],
      [lines[3], 'y'],
    ].map(([line = '', cell = '']) => stringWidth(line.slice(0, line.lastIndexOf(cell))));
    expect(new Set(starts).size).toBe(1);
  });

  it('keeps every line within the width that is given', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/\s/g, ' '));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        // Two gaps of two columns stand even where there is no room for cells.
        for (const line of table(rows, { width: 40 })) expect(stringWidth(line)).toBeLessThanOrEqual(44);
      }),
    );
  });

  it('colours a cell after it was measured', () => {
    const plain = table([['a', 'b']]);
    const painted = table([['a', 'b']], { paint: (text) => `\u001b[31m${text}\u001b[39m` });
    expect(painted.map((line) => line.replaceAll('\u001b[31m', '').replaceAll('\u001b[39m', ''))).toEqual(
      plain,
    );
  });
});

describe('text', () => {
  it('is cut between characters, never through one', () => {
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(cutToWidth('👩‍👩‍👧‍👦family', 4)).toBe('👩‍👩‍👧‍👦f…');
    expect(cutToWidth('abc', 3)).toBe('abc');
  });

  it('is padded by columns, not by characters', () => {
    expect(pad('日', 4)).toBe('日  ');
  });

  it('is wrapped at spaces and keeps its own lines', () => {
    expect(wrap('one two three four five six\nseven', 20, '  ')).toEqual([
      '  one two three four',
      '  five six',
      '  seven',
    ]);
  });
});
