import { inLines, oneLine } from '../../domain/visible.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** A worktree by hand, as a person looks at it. */
export interface HandRow {
  readonly name: string;
  readonly path: string;
  /** Absent where HEAD is detached. */
  readonly branch?: string;
  /** `running`: a program works in its folder; `unknown`: this system doesn't tell; `gone`: its folder is. */
  readonly state: 'idle' | 'running' | 'unknown' | 'gone';
  /** Files. */
  readonly uncommitted: number;
  /** Commits. */
  readonly unmerged: number;
}

const MARKS: Readonly<Record<HandRow['state'], string>> = {
  idle: '⚪ Idle',
  running: '🟢 Running',
  unknown: '⚪ Unknown',
  gone: '⚫ Gone',
};

/** Worktrees as a table. */
export function worktreeLines(
  rows: readonly HandRow[],
  { style, width, base }: { readonly style: Style; readonly width?: number; readonly base: string },
): string[] {
  const cells = inLines(rows).map((row) => [
    `agent-${row.name}`,
    row.branch === undefined ? '(detached)' : row.branch,
    MARKS[row.state],
    work(row, oneLine(base)),
    row.path,
  ]);
  return table([['Worktree', 'Branch', 'State', 'Work', 'Folder'], ...cells], {
    ...(width !== undefined && { width }),
    paint: (cell, _, row) => (row === 0 ? style.dim(cell) : cell),
  });
}

function work({ uncommitted, unmerged }: HandRow, base: string): string {
  const parts = [
    ...(unmerged > 0 ? [`${unmerged} ${unmerged === 1 ? 'commit' : 'commits'} not in ${base}`] : []),
    ...(uncommitted > 0 ? [`${uncommitted} uncommitted`] : []),
  ];
  return parts.join(', ') || `all in ${base}`;
}
