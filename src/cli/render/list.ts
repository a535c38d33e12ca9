import { sinceText } from '../../domain/moments.ts';
import { inLines } from '../../domain/visible.ts';
import type { FeatureEntry } from '../server/feature-list.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Below this width the table leaves out when a feature was started. */
const NARROW = 100;
const GOOD = ['rolled-out', 'landed'];

/** How many questions are open, and how long the oldest has waited. */
const openText = ({ openItems, waitsSince }: FeatureEntry, now: number): string =>
  openItems === undefined
    ? ''
    : `${openItems}${waitsSince === undefined ? '' : ` (${sinceText(waitsSince, now)})`}`;

/** Features as a table. */
export function listLines(
  entries: readonly FeatureEntry[],
  { style, width, now }: { readonly style: Style; readonly width?: number; readonly now: number },
): string[] {
  // What tells the least beside how long a feature has run.
  const narrow = width !== undefined && width < NARROW;
  const rows = inLines(entries).map((entry) => [
    entry.feature,
    entry.state,
    entry.phase ?? '',
    openText(entry, now),
    ...(narrow ? [] : [entry.startedAt.slice(0, 16).replace('T', ' ')]),
    sinceText(entry.startedAt, entry.endedAt === undefined ? now : Date.parse(entry.endedAt)),
    entry.heardAt === undefined ? '' : `${sinceText(entry.heardAt, now)} ago`,
    entry.request ?? '',
  ]);
  return table(
    [
      ['Feature', 'State', 'Phase', 'Open', ...(narrow ? [] : ['Started (UTC)']), 'For', 'Heard', 'Request'],
      ...rows,
    ],
    {
      ...(width !== undefined && { width }),
      paint: (cell, column, row) => {
        if (row === 0) return style.dim(cell);
        if (column === 1 && cell !== 'running')
          return GOOD.includes(cell) ? style.green(cell) : style.red(cell);
        return column === 3 && cell !== '0' ? style.yellow(cell) : cell;
      },
    },
  );
}
