// A terminal's screen, as tmux gives it, as a page: each character in a cell of its own, so that columns stand where the
// terminal has them, whatever a font makes of a wide character.
import stringWidth from 'string-width';

const ESCAPE = String.fromCharCode(27);
const SEQUENCES = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`);
const SEQUENCE = new RegExp(`^${ESCAPE}\\[([\\d;]*)m$`);
const CELL = { width: 8, height: 17 };
const COLORS = {
  31: '#f47067',
  32: '#6bc46d',
  33: '#e0b13e',
  34: '#6cb6ff',
  35: '#dcbdfb',
  36: '#76e3ea',
  90: '#768390',
};
/** Drawn in any font: a machine may have none with these. */
const MARKS = {
  '✅': ['✔', COLORS[32]],
  '🟢': ['●', COLORS[32]],
  '🔴': ['●', COLORS[31]],
  '🔵': ['●', COLORS[34]],
  '🟠': ['●', '#f69d50'],
  '⚪': ['○', '#cdd9e5'],
  '⚫': ['●', '#768390'],
};
const STYLE = `
  body { margin: 0; background: #1c2128; }
  #screen { position: relative; display: inline-block; background: #1c2128; color: #cdd9e5; }
  #screen span { position: absolute; white-space: pre; font: 13px/17px 'DejaVu Sans Mono', 'Noto Color Emoji', monospace; }
`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Of the settings of a sequence what counts for a picture. */
function styled(style, codes) {
  let next = style;
  for (const code of codes) {
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 27) next = { ...next, inverse: false };
    else if (code === 39) next = { ...next, color: undefined };
    else if (COLORS[code] !== undefined) next = { ...next, color: COLORS[code] };
  }
  return next;
}

const css = ({ bold, dim, inverse, color }) =>
  [
    bold ? 'font-weight:bold' : '',
    dim ? 'opacity:.6' : '',
    inverse ? `background:${color ?? '#cdd9e5'};color:#1c2128` : color ? `color:${color}` : '',
  ]
    .filter(Boolean)
    .join(';');

/** @param ansi - the screen, with its colours */
export function terminalPage(ansi, columns) {
  const lines = ansi.replace(/\n+$/, '').split('\n');
  const cells = [];
  let style = {};
  lines.forEach((line, row) => {
    let column = 0;
    for (const part of line.split(SEQUENCES)) {
      const sequence = SEQUENCE.exec(part);
      if (sequence) {
        style = styled(style, sequence[1].split(';').map(Number));
        continue;
      }
      for (const { segment } of new Intl.Segmenter().segment(part)) {
        const wide = stringWidth(segment);
        const [shown, color = style.color] = MARKS[segment] ?? [segment];
        const at = `left:${8 + column * CELL.width}px;top:${8 + row * CELL.height}px`;
        if (segment.trim() !== '' || style.inverse)
          cells.push(`<span style="${at};${css({ ...style, color })}">${escaped(shown)}</span>`);
        column += wide;
      }
    }
  });
  const size = `width:${columns * CELL.width + 16}px;height:${lines.length * CELL.height + 16}px`;
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><div id="screen" style="${size}">${cells.join('')}</div>`;
}
