import { canStart, type Planned } from '../../src/domain/schedule.ts';
import { type Chooser, makespan, simulate } from '../../src/domain/simulate.ts';
import type { Task } from './parse-stg.ts';
import { randomNumbers } from './random.ts';
import type { Graph } from './read-folder.ts';

/** Makespan / published best, so 1 is as good as the best known. */
export interface Ratios {
  readonly exact: number;
  /** Scheduled on estimates that are off by up to half, run on the true times. */
  readonly estimates: number;
  /** First in, first out: whatever could start first goes first. */
  readonly fifo: number;
}

export interface Result extends Ratios {
  readonly graph: string;
  readonly machines: number;
}

/** Estimates are off by up to this share, either way. */
const OFF_BY = 0.5;

/** Plays every graph through on every number of machines it was published for. Same seed, same results. */
export function runGraphs(graphs: readonly Graph[], seed: number): Result[] {
  return graphs.flatMap(({ name, tasks, best }) => {
    const packets = packetsOf(tasks);
    const random = randomNumbers(`${seed} ${name}`);
    const durations = new Map(packets.map(({ id, size }) => [id, size]));
    const estimated = packets.map((packet) => ({
      ...packet,
      size: packet.size * (1 - OFF_BY + 2 * OFF_BY * random()),
    }));
    return best.map(({ machines, makespan: published }) => {
      const ratio = (plan: readonly Planned[], choose?: Chooser) =>
        makespan(simulate(plan, machines, { durations, ...(choose && { choose }) })) / published;
      return {
        graph: name,
        machines,
        exact: ratio(packets),
        estimates: ratio(estimated),
        fifo: ratio(packets, firstInFirstOut()),
      };
    });
  });
}

/** Tasks as packets, so that the scheduler runs as it does in a workflow: all dependencies are hard. */
export const packetsOf = (tasks: readonly Task[]): Planned[] =>
  tasks.map(({ id, time, predecessors }) => ({
    id: `t${id}`,
    dependencies: predecessors.map((one) => ({ packet: `t${one}`, type: 'hard' })),
    size: time,
  }));

/** The rule to compare with: in the order in which they could start, then in that of the plan. */
export function firstInFirstOut(): Chooser {
  const queue: string[] = [];
  return (packets, states, merged, free) => {
    const waiting = new Set(states.filter(({ state }) => state === 'waiting').map(({ id }) => id));
    for (const packet of packets)
      if (waiting.has(packet.id) && canStart(packet, merged) && !queue.includes(packet.id))
        queue.push(packet.id);
    return queue.splice(0, Math.max(0, free));
  };
}
