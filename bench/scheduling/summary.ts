import { table } from '../../src/cli/render/table.ts';
import type { Ratios, Result } from './run.ts';

export interface Figures {
  readonly mean: number;
  readonly worst: number;
}

/** Mean and worst ratio: of this scheduler with exact sizes at the top, of the others beside it. */
export interface Row extends Figures {
  readonly estimates: Figures;
  readonly fifo: Figures;
}

/** The last line of the bench. */
export interface Summary {
  readonly graphs: number;
  readonly seed: number;
  /** By number of machines. */
  readonly machines: Readonly<Record<string, Row>>;
  /** Over all numbers of machines. */
  readonly all: Row;
}

export function summarise(results: readonly Result[], seed: number): Summary {
  const counts = [...new Set(results.map(({ machines }) => machines))].sort((a, b) => a - b);
  return {
    graphs: new Set(results.map(({ graph }) => graph)).size,
    seed,
    machines: Object.fromEntries(
      counts.map((count) => [String(count), row(results.filter(({ machines }) => machines === count))]),
    ),
    all: row(results),
  };
}

const row = (results: readonly Result[]): Row => ({
  ...figures(results, 'exact'),
  estimates: figures(results, 'estimates'),
  fifo: figures(results, 'fifo'),
});

function figures(results: readonly Result[], of: keyof Ratios): Figures {
  const ratios = results.map((result) => result[of]);
  const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
  return { mean: rounded(mean), worst: rounded(Math.max(...ratios)) };
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The summary as a table for a terminal. */
export function summaryLines({ machines, all }: Summary): string[] {
  const cells = ({ mean, worst }: Figures) => [mean.toFixed(4), worst.toFixed(4)];
  const line = (title: string, { estimates, fifo, ...exact }: Row) => [
    title,
    ...[exact, estimates, fifo].flatMap(cells),
  ];
  return table([
    ['machines', 'exact: mean', 'worst', 'estimates: mean', 'worst', 'fifo: mean', 'worst'],
    ...Object.entries(machines).map(([count, one]) => line(count, one)),
    line('all', all),
  ]);
}
