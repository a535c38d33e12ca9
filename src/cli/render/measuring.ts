import type { MeasuringPath } from '../../config/measuring-files.ts';
import { oneLine, type Style } from './style.ts';
import { pad } from './table.ts';

/** Most lines: who wants all of them asks for JSON. */
const MOST_LINES = 15;

/** What is protected, a line a file, with the reason beside it. */
export function measuringLines(title: string, measuring: readonly MeasuringPath[], style: Style): string[] {
  const shown = measuring.slice(0, MOST_LINES).map(({ path, why }) => ({ path: oneLine(path), why }));
  const width = Math.max(0, ...shown.map(({ path }) => path.length));
  const more = measuring.length - shown.length;
  return [
    style.bold(title),
    ...shown.map(({ path, why }) => `  ${pad(path, width)}  ${style.dim(oneLine(why))}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
