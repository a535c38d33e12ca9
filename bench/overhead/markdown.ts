/** A column, with the number that is compared where there is one. */
export interface Column<Row> {
  readonly head: string;
  readonly text: (row: Row) => string;
  readonly value?: (row: Row) => number | null;
}

/**
 * A Markdown table of groups of rows, one row a checkout. Where a group has several, a row of ratios follows for each
 * but the first: the first's figure by its.
 */
export function markdown<Row extends { readonly checkout: string }>(
  columns: readonly Column<Row>[],
  groups: readonly (readonly Row[])[],
): string {
  const rows = groups.flatMap((group) => {
    const [first, ...others] = group;
    return [
      ...group.map((row) => [row.checkout, ...columns.map(({ text }) => text(row))]),
      ...others.map((other) => [
        `${first?.checkout} / ${other.checkout}`,
        ...columns.map((column) => (first === undefined ? '-' : compared(column, first, other))),
      ]),
    ];
  });
  const heads = ['checkout', ...columns.map(({ head }) => head)];
  return tableOf(heads, rows);
}

export const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function compared<Row>({ text, value }: Column<Row>, row: Row, other: Row): string {
  if (value === undefined) return text(row);
  const [a, b] = [value(row), value(other)];
  return a === null || b === null || b === 0 ? '-' : (a / b).toFixed(3);
}
