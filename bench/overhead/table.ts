import { type Column, markdown } from './markdown.ts';
import type { Costs, Measured } from './measure.ts';
import type { ProcessorTime } from './processor-time.ts';
import type { Case } from './shapes.ts';

/** What a case costs, or of two cases what each further packet does. */
export interface CostsRow extends Case, Costs {
  readonly checkout: string;
  /** The other case's packets, where it is a difference. */
  readonly less?: number;
  readonly memory: number | null;
}

const CASE: readonly Column<Case>[] = [
  { head: 'features', text: ({ features }) => String(features) },
  { head: 'packets', text: ({ packets }) => String(packets) },
  { head: 'shape', text: ({ shape }) => shape },
  { head: 'slots', text: ({ slots }) => String(slots) },
  { head: 'agent', text: ({ agentSeconds }) => `${agentSeconds} s` },
  { head: 'check', text: ({ checkSeconds }) => (checkSeconds === 0 ? '-' : `${checkSeconds} s`) },
];

const SCHEDULE: readonly Column<Measured>[] = [
  ...CASE,
  { head: 'makespan', text: ({ makespan }) => `${makespan} s`, value: ({ makespan }) => makespan },
  { head: 'bound', text: ({ bound }) => `${bound} s` },
  { head: 'ratio', text: ({ ratio }) => ratio.toFixed(3), value: ({ ratio }) => ratio },
  {
    head: 'merge to start (median, worst)',
    text: ({ mergeToStart: gap }) => (gap === null ? '-' : `${gap.median} ms, ${gap.worst} ms`),
    value: ({ mergeToStart }) => mergeToStart?.median ?? null,
  },
  {
    head: 'events a packet (own)',
    text: ({ eventsPerPacket, ownEventsPerPacket }) => `${eventsPerPacket} (${ownEventsPerPacket})`,
    value: ({ eventsPerPacket }) => eventsPerPacket,
  },
  {
    head: 'KiB a packet',
    text: ({ bytesPerPacket }) => (bytesPerPacket / 1024).toFixed(1),
    value: ({ bytesPerPacket }) => bytesPerPacket,
  },
  {
    head: "packet's events",
    text: ({ packetEvents }) => String(packetEvents),
    value: ({ packetEvents }) => packetEvents,
  },
];

const figure = (
  head: string,
  value: (row: CostsRow) => number | null,
  digits: number,
  unit = '',
): Column<CostsRow> => ({
  head,
  value,
  text: (row) => {
    const found = value(row);
    return found === null ? '-' : `${found.toFixed(digits)}${unit}`;
  },
});

const seconds = (head: string, of: (time: ProcessorTime) => number) =>
  figure(head, ({ processorTime }) => processorTime && of(processorTime), 3, ' s');

const COSTS: readonly Column<CostsRow>[] = [
  ...CASE.map((column) =>
    column.head === 'packets'
      ? {
          ...column,
          text: ({ packets, less }: CostsRow) =>
            less === undefined ? `${packets}` : `${packets} less ${less}`,
        }
      : column,
  ),
  seconds('worker, user', ({ workerUser }) => workerUser),
  seconds('worker, system', ({ workerSystem }) => workerSystem),
  seconds('starting processes', ({ launcher }) => launcher),
  seconds('git, agents, checks', ({ started }) => started),
  seconds('server', ({ server }) => server),
  seconds(
    'all of these',
    ({ workerUser, workerSystem, launcher, started, server }) =>
      workerUser + workerSystem + launcher + started + server,
  ),
  figure('git runs', ({ gitRuns }) => gitRuns, 1),
  figure("worker's memory", ({ memory }) => memory, 0, ' MiB'),
];

/** How long it took, and what the server holds of it. */
export const scheduleTable = (groups: readonly (readonly Measured[])[]): string => markdown(SCHEDULE, groups);

/** What a packet costs: processor time, runs of git; and the worker's memory. */
export const costsTable = (groups: readonly (readonly CostsRow[])[]): string => markdown(COSTS, groups);
