import stringWidth from 'string-width';

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Text in at most `width` columns, with `…` where something is missing. Colours in it are not counted on. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segments.segment(text)) {
    const wide = stringWidth(segment);
    if (used + wide > width - 1) break;
    kept += segment;
    used += wide;
  }
  return width > 0 ? `${kept}…` : '';
}

/** Text filled with spaces to `width` columns; wide characters count as two. */
export const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

/** No column but the last is wider than this. */
const WIDEST = 44;

/** Of a cell that goes on below: more isn't read in a table. */
const LONGEST_CELL = 500;
/** Text that goes on below is hard to read in less. */
const NARROWEST_TEXT = 20;

/** No column is made narrower than this. */
const NARROWEST = 8;

/** Widths that fit into `width` together: the widest gives room until all do, so that short cells stay whole. */
function fitting(wanted: readonly number[], width: number, wraps: boolean): number[] {
  const widths = [...wanted];
  const least = (column: number) => (wraps && column === widths.length - 1 ? NARROWEST_TEXT : NARROWEST);
  const total = () => widths.reduce((sum, each) => sum + each, 0) + 2 * (widths.length - 1);
  while (total() > width) {
    const spare = widths.map((each, column) => (each > least(column) ? each : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    // Of several the last, whose text is the longest as a rule.
    widths[spare.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

/**
 * Rows as aligned columns, two spaces apart, the first row being the head. What doesn't fit into `width` is cut where
 * most room is taken; with `wraps` the last column goes on below instead. `paint` colours a cell after it was measured.
 */
export function table(
  rows: readonly (readonly string[])[],
  options: {
    width?: number;
    wraps?: boolean;
    paint?: (cell: string, column: number, row: number) => string;
  } = {},
): string[] {
  const { width = Number.POSITIVE_INFINITY, wraps = false, paint = (cell) => cell } = options;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const wanted = Array.from({ length: columns }, (_, column) =>
    Math.max(
      ...rows.map((row) => Math.min(stringWidth(row[column] ?? ''), column < columns - 1 ? WIDEST : 400)),
    ),
  );
  const widths = Number.isFinite(width) ? fitting(wanted, width, wraps) : wanted;
  return rows.flatMap((row, index) => {
    const last = columns - 1;
    const before = widths.slice(0, last).map((room, column) => {
      const text = cutToWidth(row[column] ?? '', room);
      return paint(text, column, index) + ' '.repeat(Math.max(0, room - stringWidth(text)));
    });
    const room = widths[last] ?? 0;
    const texts = wraps
      ? wrap(cutToWidth(row[last] ?? '', LONGEST_CELL), Math.max(NARROWEST_TEXT, room))
      : [cutToWidth(row[last] ?? '', room)];
    const indent = widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0);
    return texts.map((text, line) => {
      const cell = paint(text, last, index);
      return (line === 0 ? [...before, cell].join('  ') : `${' '.repeat(indent)}${cell}`).trimEnd();
    });
  });
}

/** Long text on lines of at most `width` columns, broken at spaces, line breaks kept. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(20, width - stringWidth(indent));
  return text.split('\n').flatMap((line) => {
    const out: string[] = [];
    let current = '';
    // Word by word: measuring the whole line at each would take minutes for a long one that is not broken.
    let used = 0;
    for (const word of line.split(' ')) {
      const wide = stringWidth(word);
      if (current !== '' && used + 1 + wide > room) {
        out.push(current);
        current = word;
        used = wide;
      } else {
        used += current === '' ? wide : wide + 1;
        current = current === '' ? word : `${current} ${word}`;
      }
    }
    out.push(current);
    return out.map((each) => `${indent}${each}`.trimEnd());
  });
}

/** A text behind `first`, in lines of at most `width` columns that stand under one another. */
export function hanging(first: string, text: string, width: number): string[] {
  const indent = ' '.repeat(stringWidth(first));
  return wrap(text, width, indent).map((line, at) =>
    at === 0 ? `${first}${line.slice(indent.length)}` : line,
  );
}
