import { criticalPath, lowerBound } from './critical-path.ts';
import type { PacketStatus } from './packet.ts';
import type { Planned } from './schedule.ts';
import { makespan, simulate } from './simulate.ts';

/** A packet to be forecast: of a plan, or of a feature that runs, where it has a status. */
export interface ForecastInput extends Planned {
  readonly status?: PacketStatus | undefined;
  /** What its agent last told of its progress, 0 to 100. */
  readonly percent?: number | undefined;
}

/** A packet as it is expected to go; times in minutes from now. */
export interface ForecastPacket extends ForecastInput {
  /** 1 where it depends on nothing, else one more than the highest that it depends on. */
  readonly layer: number;
  /** Whether it is one of the chain that decides how early all can be done. */
  readonly critical: boolean;
  /** Absent where it has ended. */
  readonly start?: number;
  readonly end?: number;
}

/** What a plan is expected to come to; times in minutes. */
export interface Forecast {
  readonly slots: number;
  readonly makespan: number;
  /** No schedule can be shorter: the critical path, or the work shared by all slots. */
  readonly lowerBound: number;
  /** Of all packets together, what is done left out. */
  readonly work: number;
  readonly criticalPath: { readonly packets: readonly string[]; readonly length: number };
  /** By layer, in one layer as in the plan. */
  readonly packets: readonly ForecastPacket[];
}

const ENDED: readonly (PacketStatus | undefined)[] = ['merged', 'dropped'];
const WORKED: readonly (PacketStatus | undefined)[] = ['submitted', 'merging'];

/**
 * Plays packets through with the workflow's scheduler. Agents' work is counted; what people think about, checks
 * and merges take is not. Needs packets that are possible together (`planProblems`).
 */
export function forecast(given: readonly ForecastInput[], slots: number): Forecast {
  const layers = layersOf(given);
  const packets = given
    .map(({ id, size, dependencies, status, percent }) => ({
      ...{ id, size, dependencies, layer: layers.get(id) ?? 1 },
      ...(status !== undefined && { status }),
      ...(percent !== undefined && { percent }),
    }))
    .sort((a, b) => a.layer - b.layer); // sort is stable: in a layer the order of the plan stays
  const ended = new Set(packets.filter(({ status }) => ENDED.includes(status)).map(({ id }) => id));
  const started = new Set(packets.filter(({ status }) => status === 'running').map(({ id }) => id));
  const left = given.map((packet) => ({ ...packet, size: sizeLeft(packet) }));
  const spans = new Map(simulate(left, slots, { merged: ended, started }).map((span) => [span.id, span]));
  const path = criticalPath(left, ended);
  return {
    slots,
    makespan: makespan([...spans.values()]),
    lowerBound: lowerBound(left, slots, ended),
    work: left.reduce((sum, { id, size }) => (ended.has(id) ? sum : sum + size), 0),
    criticalPath: path,
    packets: packets.map((packet) => {
      const span = spans.get(packet.id);
      const critical = path.packets.includes(packet.id);
      return { ...packet, critical, ...(span && { start: span.start, end: span.end }) };
    }),
  };
}

/** A progress of 100 % is an agent's word, not the end: a twentieth is kept. */
const LEAST_LEFT = 0.05;

function sizeLeft({ size, status, percent }: ForecastInput): number {
  if (WORKED.includes(status)) return 0;
  if (status !== 'running' || percent === undefined) return size;
  return size * Math.max(LEAST_LEFT, 1 - percent / 100);
}

function layersOf(packets: readonly Planned[]): Map<string, number> {
  const byId = new Map(packets.map((packet) => [packet.id, packet]));
  const layers = new Map<string, number>();
  const visit = (packet: Planned): number => {
    const known = layers.get(packet.id);
    if (known !== undefined) return known;
    layers.set(packet.id, 1); // ends a cycle, which is refused before
    const above = packet.dependencies.flatMap(({ packet: id }) => byId.get(id) ?? []).map(visit);
    const layer = 1 + Math.max(0, ...above);
    layers.set(packet.id, layer);
    return layer;
  };
  packets.forEach(visit);
  return layers;
}
