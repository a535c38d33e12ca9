import type { AttentionItem } from '../../domain/attention.ts';
import { MARKS } from '../../domain/dashboard.ts';
import type { FeatureStatus, PacketView } from '../../domain/messages.ts';
import { spentText } from '../../domain/spending.ts';
import { inLines } from '../../domain/visible.ts';
import { formatGate } from './gates.ts';
import { itemLines } from './items.ts';
import type { Style } from './style.ts';
import { cutToWidth, table } from './table.ts';

/** What a child workflow's pending activity last told. */
export interface LiveDetail {
  readonly packet: string;
  /** The activity's type, e.g. `implement`. */
  readonly activity: string;
  readonly attempt: number;
  readonly note?: string;
  readonly percent?: number;
  /** ISO 8601. */
  readonly lastEventAt?: string;
  /** Why the attempt before this one failed. */
  readonly lastFailure?: string;
}

export interface StatusOptions {
  readonly style: Style;
  readonly width?: number;
  readonly live?: readonly LiveDetail[];
  /** How to decide an item: told only where nobody is asked on the spot. */
  readonly hints?: (item: AttentionItem) => readonly string[];
  /** Local time of day of a moment; given, so that rendering stays pure. */
  readonly clock?: (iso: string) => string;
}

/** The time of day in UTC: what a moment is shown as where no other clock is given. */
const utcClock = (iso: string): string => iso.slice(11, 19);

const progress = (packet: PacketView, live: LiveDetail | undefined) => {
  const percent = packet.status === 'merged' ? 100 : (live?.percent ?? packet.percent);
  // What an agent said last tells nothing once it has ended; why a packet waits does.
  const note =
    packet.status === 'running'
      ? (live?.note ?? packet.note)
      : packet.status === 'waiting' || packet.status === 'ready'
        ? packet.note
        : undefined;
  return [percent === undefined ? '' : `${Math.round(percent)}%`, note ?? '']
    .filter((part) => part !== '')
    .join(' ');
};

/** The first lines: which feature, its phase and what goes on. */
function headLines(status: FeatureStatus, { style, width = 200 }: StatusOptions): string[] {
  const phase = status.phase === 'done' ? 'done' : `phase ${status.phase}`;
  const spent = spentText(status.spent);
  const paused = status.paused ? style.yellow(' · paused') : '';
  return [
    `${style.bold(status.feature)}  ${cutToWidth(status.request, Math.max(20, width - status.feature.length - 2))}`,
    `${style.blue(phase)} · ${status.activity}${paused}${status.slots.used > 0 ? style.dim(` · ${status.slots.used} of ${status.slots.of} agents at work`) : ''}`,
    ...(spent === '' ? [] : [style.dim(`spent: ${spent}`)]),
  ];
}

function packetLines(status: FeatureStatus, options: StatusOptions): string[] {
  if (status.packets.length === 0) return [];
  const { style, width, live = [], clock = utcClock } = options;
  const rows = status.packets.map((packet, index) => {
    const detail = live.find((one) => one.packet === packet.id);
    const last = [packet.lastCheck, detail?.lastEventAt].filter((at) => at !== undefined).sort();
    return [
      String(index + 1),
      `${status.feature}/${packet.id}`,
      packet.id,
      MARKS[packet.status],
      last.at(-1) === undefined ? '' : clock(last.at(-1) ?? ''),
      progress(packet, detail),
    ];
  });
  return table([['ID', 'Worktree', 'Packet', 'Status', 'Last check', 'Progress'], ...rows], {
    ...(width !== undefined && { width }),
    paint: (cell, _, row) => (row === 0 ? style.dim(cell) : cell),
  });
}

function runningLines(status: FeatureStatus, { style, width = 200, live = [] }: StatusOptions): string[] {
  const known = new Set(status.packets.map(({ id }) => id));
  return live
    .filter(({ packet, lastFailure }) => !known.has(packet) || lastFailure !== undefined)
    .map((one) => {
      const attempt = one.attempt > 1 ? style.yellow(`, attempt ${one.attempt}`) : '';
      const note = one.lastFailure === undefined ? one.note : `the attempt before failed: ${one.lastFailure}`;
      return `${style.dim('▸')} ${one.packet}: ${one.activity}${attempt} ${cutToWidth(note ?? '', width - 30)}`;
    });
}

/** A feature's state for a person: open items first, then release, gates and packets. */
export function statusLines(given: FeatureStatus, wanted: StatusOptions): string[] {
  const { style, live = [] } = wanted;
  const status = inLines(given);
  const options = { ...wanted, live: inLines(live) };
  // As they are: what is asked may have several lines.
  const items = given.attention.flatMap((item) => ['', ...itemLines(item, options)]);
  const dropped = status.dropped
    .slice(-3)
    .map(({ signal, reason }) => style.yellow(`dropped ${signal}: ${reason}`));
  const gates = status.gates.map((gate) => formatGate(gate, style));
  const steps = status.releaseSteps.slice(-6);
  const running = runningLines(status, options);
  const packets = packetLines(status, options);
  return [
    ...headLines(status, options),
    ...items,
    ...(dropped.length > 0 ? ['', ...dropped] : []),
    ...(running.length > 0 ? ['', ...running] : []),
    ...(packets.length > 0 ? ['', ...packets] : []),
    ...(gates.length > 0 ? ['', `Gates: ${gates.join(' · ')}`] : []),
    ...(steps.length > 0 ? ['', `Release: ${steps.join(' → ')}`] : []),
  ];
}
