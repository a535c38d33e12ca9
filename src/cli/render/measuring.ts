import type { MeasuringPath } from '../../config/measuring-files.ts';
import { inLines } from '../../domain/visible.ts';
import type { Style } from './style.ts';
import { pad } from './table.ts';

/** Most lines: who wants all of them asks for JSON. */
const MOST_LINES = 15;

/** What is protected, a line a file, with the reason beside it. */
export function measuringLines(title: string, measuring: readonly MeasuringPath[], style: Style): string[] {
  const shown = inLines(measuring.slice(0, MOST_LINES));
  const width = Math.max(0, ...shown.map(({ path }) => path.length));
  const more = measuring.length - shown.length;
  return [
    style.bold(title),
    ...shown.map(({ path, why }) => `  ${pad(path, width)}  ${style.dim(why)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
