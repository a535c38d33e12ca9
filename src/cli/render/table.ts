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

/**
 * Rows as aligned columns, two spaces apart, the first row being the head. The last column takes what is left
 * of `width`. `paint` colours a cell after it was measured.
 */
export function table(
  rows: readonly (readonly string[])[],
  options: { width?: number; paint?: (cell: string, column: number, row: number) => string } = {},
): string[] {
  const { width = Number.POSITIVE_INFINITY, paint = (cell) => cell } = options;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(
      ...rows.map((row) => Math.min(stringWidth(row[column] ?? ''), column < columns - 1 ? WIDEST : 400)),
    ),
  );
  return rows.map((row, index) => {
    let used = 0;
    const cells = widths.map((wanted, column) => {
      const last = column === columns - 1;
      const room = Math.max(0, Math.min(wanted, width - used));
      used += room + 2;
      const text = cutToWidth(row[column] ?? '', room);
      return paint(text, column, index) + (last ? '' : ' '.repeat(Math.max(0, room - stringWidth(text))));
    });
    return cells.join('  ').trimEnd();
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
