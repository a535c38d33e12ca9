import type { MeasuringPath } from '../../config/measuring-files.ts';
import type { Forecast, ForecastPacket } from '../../domain/forecast.ts';
import { counted, minutesText } from '../../domain/plan-words.ts';
import { inLines, oneLine } from '../../domain/visible.ts';
import { measuringLines } from './measuring.ts';
import { planGraph } from './plan-graph.ts';
import type { Style } from './style.ts';
import { pad, table, wrap } from './table.ts';

export interface PlanOptions {
  readonly style: Style;
  /** Columns of the terminal; a pipe has none. */
  readonly width?: number;
  /** The first line. */
  readonly title: string;
  /** What is protected in the repository; absent if none was read. */
  readonly measuring?: readonly MeasuringPath[] | undefined;
}

/** A plan for a terminal: its graph, when each packet is expected to run, and what decides the whole. */
export function planLines(forecast: Forecast, options: PlanOptions): string[] {
  const { style, measuring = [], width = 200 } = options;
  const plan = inLines(forecast);
  const title = oneLine(options.title);
  const { packets, slots, criticalPath: path } = plan;
  if (packets.length === 0) return [style.bold(title), 'no packets'];
  const hard = packets.flatMap(({ dependencies }) => dependencies).filter(({ type }) => type === 'hard');
  const soft = packets.reduce((sum, { dependencies }) => sum + dependencies.length, 0) - hard.length;
  const bound = plan.makespan <= plan.lowerBound * 1.0005 ? ', which no order can beat' : '';
  return [
    style.bold(title),
    [
      counted(packets.length, 'packet'),
      counted(Math.max(...packets.map(({ layer }) => layer)), 'layer'),
      `${hard.length} hard (─) and ${soft} soft (┄) ${hard.length + soft === 1 ? 'dependency' : 'dependencies'}`,
    ].join(', '),
    '',
    ...graphLines(packets, options),
    '',
    ...ganttLines(plan, options),
    '',
    ...wrap(
      `Expected: ${minutesText(plan.makespan)} with ${counted(slots, 'agent')} at once, for ${minutesText(plan.work)} of work${bound}.`,
      width,
    ),
    ...(path.packets.length > 0
      ? wrap(`Critical path: ${path.packets.join(' → ')} (${minutesText(path.length)}).`, width)
      : []),
    ...wrap(
      'Sizes are estimates of agents at work; checks, merges and what people think about come on top.',
      width,
    ).map(style.dim),
    ...(measuring.length > 0 ? ['', ...measuringLines('Protected: what measures', measuring, style)] : []),
  ];
}

function graphLines(packets: readonly ForecastPacket[], { style }: PlanOptions): string[] {
  const rows = planGraph(packets);
  const ids = Math.max(...packets.map(({ id }) => id.length));
  return packets.flatMap((packet, index) => {
    const { at = '', below } = rows[index] ?? {};
    const waits = packet.dependencies.map((one) => one.packet + (one.type === 'soft' ? ' (soft)' : ''));
    const words = [
      pad(minutesText(packet.size), 7),
      packet.status === undefined ? '' : pad(packet.status, 9),
      waits.length > 0 ? `after ${waits.join(', ')}` : '',
    ].filter((word) => word !== '');
    const name = pad(packet.id, ids);
    const line = `${at} ${painted(packet, style)(name)}  ${words.join('  ')}`.trimEnd();
    return below === undefined ? [line] : [line, below.trimEnd()];
  });
}

/** The widest a bar chart gets, and what is kept for it beside the names in a narrow terminal. */
const WIDEST_CHART = 60;
const NARROWEST_CHART = 16;

function ganttLines({ packets, makespan }: Forecast, { style, width = 110 }: PlanOptions): string[] {
  const names = Math.max('Packet'.length, ...packets.map(({ id }) => id.length));
  const room = Math.min(WIDEST_CHART, Math.max(NARROWEST_CHART, width - names - 22));
  const column = (time: number) => (makespan > 0 ? Math.round((time / makespan) * room) : 0);
  const rows = packets.map(({ id, size, start, end, status }) => {
    if (start === undefined || end === undefined) return [id, status ?? '', '', ''];
    const from = Math.min(column(start), room - 1);
    const to = Math.max(column(end), from + 1);
    // Of a packet that waits for a soft dependency at its end, only the work is filled.
    const worked = Math.min(to, Math.max(from + 1, column(Math.min(end, start + size))));
    const bar = `${' '.repeat(from)}${'█'.repeat(worked - from)}${'░'.repeat(to - worked)}`;
    return [id, minutesText(start), minutesText(end), bar];
  });
  return table([['Packet', 'Start', 'Merged', ''], ...rows], {
    paint: (cell, index, row) => {
      const packet = packets[row - 1];
      if (packet === undefined) return style.dim(cell);
      return index === 0 || index === 3 ? painted(packet, style)(cell) : cell;
    },
  });
}

const painted = ({ critical, status }: ForecastPacket, style: Style) =>
  status === 'merged' || status === 'dropped' ? style.dim : critical ? style.bold : (text: string) => text;
