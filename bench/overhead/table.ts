import type { Measured } from './run-features.ts';

const HEADS = [
  'features',
  'packets',
  'shape',
  'slots',
  'agent',
  'makespan',
  'bound',
  'ratio',
  'merge to start (median, worst)',
  'events a packet (own)',
  'KiB a packet',
  "packet's events",
  'git runs a packet',
];

/** The measurements as a Markdown table. */
export function table(rows: readonly Measured[]): string {
  const kib = (bytes: number) => (bytes / 1024).toFixed(1);
  const cells = rows.map((row) => [
    String(row.features),
    String(row.packets),
    row.shape,
    String(row.slots),
    `${row.agentSeconds} s`,
    `${row.makespan} s`,
    `${row.bound} s`,
    row.ratio.toFixed(3),
    row.mergeToStart === null ? '-' : `${row.mergeToStart.median} ms, ${row.mergeToStart.worst} ms`,
    `${row.eventsPerPacket} (${row.ownEventsPerPacket})`,
    kib(row.bytesPerPacket),
    String(row.packetEvents),
    String(row.gitRunsPerPacket),
  ]);
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`;
  return [line(HEADS), line(HEADS.map(() => '---')), ...cells.map(line)].join('\n');
}
