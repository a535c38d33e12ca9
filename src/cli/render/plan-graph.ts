import type { Planned } from '../../domain/schedule.ts';

/** Lanes more than this would leave no room for the packets; what is missing stands in words beside them. */
const MOST_LANES = 24;

type Type = Planned['dependencies'][number]['type'];

/** A line down from a packet that others wait for. */
interface Lane {
  readonly from: number;
  /** Rows of those that wait, and how. */
  readonly to: ReadonlyMap<number, Type>;
  readonly last: number;
}

/** What stands left of a packet, and between it and the next; all of one width. */
export interface GraphRow {
  readonly at: string;
  readonly below?: string;
}

/**
 * The dependencies as lines, in the manner of `git log --graph`: one goes down from a packet and turns off, ─ for
 * a hard dependency and ┄ for a soft one, at each that waits for it. Packets have to stand below what they wait
 * for.
 */
export function planGraph(packets: readonly Planned[]): GraphRow[] {
  const columns = lanesOf(
    packets.flatMap(({ id }, from) => {
      const waiting = packets.flatMap((other, row) => {
        const type = other.dependencies.find((one) => one.packet === id)?.type;
        return type === undefined || row <= from ? [] : [[row, type] as const];
      });
      return waiting.length > 0
        ? [{ from, to: new Map(waiting), last: Math.max(...waiting.map(([row]) => row)) }]
        : [];
    }),
  );
  return packets.map((_, row) => {
    const starts = columns.some((column) => column.some(({ from }) => from === row));
    return { at: incoming(columns, row), ...(starts && { below: outgoing(columns, row) }) };
  });
}

/** Columns from left to right; each line takes the one nearest to the packets that is free. */
function lanesOf(lanes: readonly Lane[]): (readonly Lane[])[] {
  const columns: Lane[][] = [];
  for (const lane of lanes) {
    const free = columns.find((column) => column.every(({ last }) => last <= lane.from));
    if (free) free.push(lane);
    else if (columns.length < MOST_LANES) columns.push([lane]);
  }
  return columns.reverse();
}

/** The lines that turn off to the packet of this row, and those that pass it. */
function incoming(columns: readonly (readonly Lane[])[], row: number): string {
  let flow: Type | undefined;
  let text = '';
  for (const column of columns) {
    const lane = column.find(({ from, last }) => from < row && row <= last);
    const type = lane?.to.get(row);
    const before = flow;
    if (type !== undefined && flow !== 'hard') flow = type;
    if (lane === undefined) text += before === undefined ? ' ' : stroke(before);
    else if (type === undefined) text += before === undefined ? '│' : '┼';
    else if (row === lane.last) text += before === undefined ? '╰' : '┴';
    else text += before === undefined ? '├' : '┼';
    text += flow === undefined ? ' ' : stroke(flow);
  }
  return `${text}${flow === undefined ? '●' : '▶'}`;
}

/** The line that begins below the packet of this row, and those that pass it. */
function outgoing(columns: readonly (readonly Lane[])[], row: number): string {
  let begun = false;
  let text = '';
  for (const column of columns) {
    const passes = column.some(({ from, last }) => from < row && row < last);
    if (column.some(({ from }) => from === row)) {
      text += '╭';
      begun = true;
    } else if (passes) text += begun ? '┼' : '│';
    else text += begun ? '─' : ' ';
    text += begun ? '─' : ' ';
  }
  return `${text}${begun ? '╯' : ' '}`;
}

const stroke = (type: Type) => (type === 'hard' ? '─' : '┄');
