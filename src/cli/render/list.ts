import { inLines } from '../../domain/visible.ts';
import type { FeatureEntry } from '../server/feature-list.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const GOOD = ['rolled-out', 'landed'];

/** Features as a table. */
export function listLines(
  entries: readonly FeatureEntry[],
  { style, width }: { readonly style: Style; readonly width?: number },
): string[] {
  const rows = inLines(entries).map((entry) => [
    entry.feature,
    entry.state,
    entry.phase ?? '',
    entry.openItems === undefined ? '' : String(entry.openItems),
    entry.startedAt.slice(0, 16).replace('T', ' '),
    entry.request ?? '',
  ]);
  return table([['Feature', 'State', 'Phase', 'Open', 'Started (UTC)', 'Request'], ...rows], {
    ...(width !== undefined && { width }),
    paint: (cell, column, row) => {
      if (row === 0) return style.dim(cell);
      if (column === 1 && cell !== 'running')
        return GOOD.includes(cell) ? style.green(cell) : style.red(cell);
      return column === 3 && cell !== '0' ? style.yellow(cell) : cell;
    },
  });
}
