import stringWidth from 'string-width';
import type { AttentionItem } from '../../domain/attention.ts';
import { MARKS } from '../../domain/dashboard.ts';
import type { FeatureStatus, PacketView } from '../../domain/messages.ts';
import { sinceText, utcTime } from '../../domain/moments.ts';
import { type OngoingOutage, outagesOf, outageText } from '../../domain/outage.ts';
import { spentText } from '../../domain/spending.ts';
import { inLines } from '../../domain/visible.ts';
import { formatGate } from './gates.ts';
import { itemLines } from './items.ts';
import type { Style } from './style.ts';
import { cutToWidth, table, wrap } from './table.ts';

/** What a child workflow's pending activity last told. */
export interface LiveDetail {
  readonly packet: string;
  /** The activity's type, e.g. `implement`. */
  readonly activity: string;
  readonly attempt: number;
  readonly note?: string;
  readonly percent?: number;
  /** Of the agent, ISO 8601. */
  readonly lastEventAt?: string;
  /** It waits for a slot of its worker. */
  readonly waits?: true;
  /** When this attempt began, ISO 8601. */
  readonly startedAt?: string;
  /** When its worker was last heard, ISO 8601. */
  readonly heardAt?: string;
  /** Since when its worker has not been heard, though it should have been; ISO 8601. */
  readonly silentSince?: string;
  /** The worker, as the server knows it. */
  readonly worker?: string;
  /** Why the attempt before this one failed. */
  readonly lastFailure?: string;
  /** What the attempt before this one found away: it is tried again. */
  readonly outage?: OngoingOutage;
}

export interface StatusOptions {
  readonly style: Style;
  readonly width?: number;
  readonly live?: readonly LiveDetail[];
  /** How to decide an item: told only where nobody is asked on the spot. */
  readonly hints?: (item: AttentionItem) => readonly string[];
  /** Milliseconds since the epoch; given, so that rendering stays pure. Absent: moments are shown as times in UTC. */
  readonly now?: number;
}

/** Below this width the table leaves out what can be told from its other columns. */
const NARROW = 100;

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

/** The live detail of each packet that has one. */
const detailOf = (live: readonly LiveDetail[], id: string): LiveDetail | undefined =>
  live.find(({ packet, silentSince }) => packet === id && silentSince !== undefined) ??
  live.find(({ packet }) => packet === id);

/** What a packet's agent is really doing, by what was heard of it. */
function stateOf(packet: PacketView, live: LiveDetail | undefined): 'silent' | 'waits' | undefined {
  if (packet.status !== 'running') return undefined;
  if (live?.silentSince !== undefined) return 'silent';
  return live?.waits === true || (live === undefined && packet.waitsForSlot === true) ? 'waits' : undefined;
}

/** Who of the feature's agents works, waits for a worker's slot, or isn't heard. */
function slotsText({ packets, slots }: FeatureStatus, live: readonly LiveDetail[]): string {
  const states = packets.map((packet) => stateOf(packet, detailOf(live, packet.id)));
  const count = (state: 'silent' | 'waits') => states.filter((one) => one === state).length;
  const [silent, waiting] = [count('silent'), count('waits')];
  const atWork = Math.max(0, slots.used - silent - waiting);
  return [
    ...(slots.used > 0 ? [`${atWork} of ${slots.of} agents at work`] : []),
    ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for a slot of a worker`] : []),
    ...(silent > 0 ? [`${silent} not heard`] : []),
  ].join(', ');
}

/** The first lines: which feature, its phase and what goes on. */
function headLines(status: FeatureStatus, { style, width = 200, live = [], now }: StatusOptions): string[] {
  const phase = status.phase === 'done' ? 'done' : `phase ${status.phase}`;
  const spent = spentText(status.spent);
  const slots = slotsText(status, live);
  const words = [
    style.blue(phase),
    status.activity,
    ...(now === undefined ? [] : [style.dim(`for ${sinceText(status.startedAt, now)}`)]),
    ...(status.paused ? [style.yellow('paused')] : []),
  ];
  const first = words.join(' · ');
  const isLong = stringWidth(first) + stringWidth(slots) + 3 > width;
  const [next, ...later] = status.mergesNext ?? [];
  const merging = later.length === 0 ? next : `${next}, then ${later.join(', ')}`;
  return [
    `${style.bold(status.feature)}  ${cutToWidth(status.request, Math.max(20, width - status.feature.length - 2))}`,
    ...(slots === '' ? [first] : isLong ? [first, style.dim(slots)] : [`${first} · ${style.dim(slots)}`]),
    ...(merging === undefined ? [] : [style.dim(cutToWidth(`merges next: ${merging}`, width))]),
    ...(spent === '' ? [] : [style.dim(`spent so far: ${spent}`)]),
  ];
}

const STATE_MARKS = { silent: '🟠 Not heard', waits: '⚪ Waits for a slot' } as const;

function packetLines(status: FeatureStatus, options: StatusOptions): string[] {
  if (status.packets.length === 0) return [];
  const { style, width, live = [], now } = options;
  const narrow = width !== undefined && width < NARROW;
  const rows = status.packets.map((packet, index) => {
    const detail = detailOf(live, packet.id);
    const state = stateOf(packet, detail);
    const last = [packet.lastCheck, detail?.lastEventAt, detail?.heardAt].filter((at) => at !== undefined);
    const heard = last.sort().at(-1);
    const since = now === undefined ? '' : sinceText(packet.since, now);
    const ended = packet.status === 'merged' || packet.status === 'dropped';
    return [
      String(index + 1),
      ...(narrow ? [] : [`${status.feature}/${packet.id}`]),
      packet.id,
      [state === undefined ? MARKS[packet.status] : STATE_MARKS[state], ...(ended ? [] : [since])]
        .filter((part) => part !== '')
        .join(' '),
      heard === undefined ? '' : now === undefined ? utcTime(heard) : `${sinceText(heard, now)} ago`,
      progress(packet, detail),
    ];
  });
  const head = ['ID', ...(narrow ? [] : ['Worktree']), 'Packet', 'Status', 'Last check', 'Progress'];
  return table([head, ...rows], {
    ...(width !== undefined && { width }),
    paint: (cell, _, row) => (row === 0 ? style.dim(cell) : cell),
  });
}

/** That a worker isn't heard, in words; `now` as in the options. */
export function silenceText({ silentSince, worker }: LiveDetail, now: number | undefined): string {
  const who =
    worker === undefined || worker === '' ? 'no worker has taken it' : `worker ${worker} hasn't answered`;
  return now === undefined
    ? `${who} since ${utcTime(silentSince ?? '')}`
    : `${who} for ${sinceText(silentSince, now)}`;
}

function runningLines(
  status: FeatureStatus,
  { style, width = 200, live = [], now }: StatusOptions,
): string[] {
  const known = new Set(status.packets.map(({ id }) => id));
  return live
    .filter(
      ({ packet, lastFailure, silentSince }) =>
        !known.has(packet) || lastFailure !== undefined || silentSince !== undefined,
    )
    .map((one) => {
      const attempt = one.attempt > 1 ? style.yellow(`, attempt ${one.attempt}`) : '';
      const went =
        now === undefined || one.startedAt === undefined
          ? ''
          : style.dim(`, ${sinceText(one.startedAt, now)}`);
      const note = one.lastFailure === undefined ? one.note : `the attempt before failed: ${one.lastFailure}`;
      const silent = one.silentSince === undefined ? '' : style.yellow(` ${silenceText(one, now)}`);
      const words = cutToWidth(note ?? '', Math.max(20, width - 30));
      return `${style.dim('▸')} ${one.packet}: ${one.activity}${attempt}${went}${silent} ${words}`.trimEnd();
    });
}

/** What is away, in words, each once. */
export const outageLines = (
  live: readonly LiveDetail[],
  { style, width = 200 }: Pick<StatusOptions, 'style' | 'width'>,
): string[] => outagesOf(inLines(live)).flatMap((one) => wrap(outageText(one), width).map(style.yellow));

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
  const outages = outageLines(live, options);
  const running = runningLines(status, options);
  const packets = packetLines(status, options);
  return [
    ...headLines(status, options),
    ...items,
    ...(outages.length > 0 ? ['', ...outages] : []),
    ...(dropped.length > 0 ? ['', ...dropped] : []),
    ...(running.length > 0 ? ['', ...running] : []),
    ...(packets.length > 0 ? ['', ...packets] : []),
    ...(gates.length > 0 ? ['', `Gates: ${gates.join(' · ')}`] : []),
    ...(steps.length > 0 ? ['', `Release: ${steps.join(' → ')}`] : []),
  ];
}
