import { counted } from '../../domain/plan-words.ts';
import type { KeptInHome } from '../trees/kept-in-home.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Bytes in words: `12 KiB`, `3.4 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 1 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const FATES = {
  running: 'stays: it runs',
  ended: 'may go',
  unknown: "stays: the server doesn't know it, and there is no report",
} as const;

const NOT_KNOWN = 'not known: no server, no report';

/** What a home keeps, and what of it may go. */
export function keptLines(
  { features, stays, noServer }: KeptInHome,
  { style, width }: { readonly style: Style; readonly width?: number },
): string[] {
  const rows = [
    ...features.map(({ feature, state, trees, bytes }) => [
      feature,
      bytesText(bytes),
      state === 'unknown' && noServer !== undefined ? NOT_KNOWN : FATES[state],
      trees.length === 0 ? 'no trees' : `${counted(trees.length, 'tree')}: ${trees.join(', ')}`,
    ]),
    ...stays.map(({ what, bytes }) => [what, bytesText(bytes), 'stays', '']),
  ];
  return table([['Kept', 'Size', '', ''], ...rows], {
    ...(width !== undefined && { width }),
    paint: (cell, column, row) =>
      row === 0 ? style.dim(cell) : column === 2 && cell === 'may go' ? style.yellow(cell) : cell,
  });
}
