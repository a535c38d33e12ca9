import type { Packet } from './packet.ts';

/** What a correction depends on of a packet. */
type Sized = Pick<Packet, 'id' | 'size' | 'kind' | 'role'>;

/** What a packet took, in the unit of the sizes: the time its agents ran, without waiting for people or turns. */
export interface MeasuredTime {
  readonly packet: string;
  readonly minutes: number;
}

/** Measurements that the factor of all packets counts for beside those of a group of its own. */
const PRIOR_WEIGHT = 2;
/** A group is taken for at most this many times longer or shorter than the plan as a whole. */
const MOST_APART = 4;

/**
 * Packets with the sizes of those that aren't done corrected by what the done ones took; the order and all else
 * stay. Estimates are wrong by a factor rather than by an amount, and alike for work of one sort, so the factor
 * measured / estimated is looked at, for all and by sort: the role where a packet names one, else its kind
 * (reference class forecasting: Kahneman and Tversky 1979). A sort's factor is weighted against that of all by
 * n / (n + 2), n being its measurements (credibility: Bühlmann 1967, "Experience rating and credibility"), so
 * one sample moves it by a third. Medians, not means: one run that hung says little of the next.
 *
 * Without measurements nothing changes. Only + - * / are used, which give the same bits in every version of
 * Node: workflows replay this.
 *
 * @param measured - of packets that are done; others, unknown ones and times of 0 are left out of account
 */
export function correctSizes<T extends Sized>(packets: readonly T[], measured: readonly MeasuredTime[]): T[] {
  const byId = new Map(packets.map((packet) => [packet.id, packet]));
  const done = new Set(measured.map(({ packet }) => packet));
  const factors: { readonly sort: string; readonly factor: number }[] = [];
  for (const { packet: id, minutes } of measured) {
    const packet = byId.get(id);
    if (packet && packet.size > 0 && Number.isFinite(minutes) && minutes > 0)
      factors.push({ sort: sortOf(packet), factor: minutes / packet.size });
  }
  const all = median(factors.map(({ factor }) => factor));
  if (all === undefined) return [...packets];
  const factorOf = (sort: string): number => {
    const own = factors.filter((one) => one.sort === sort).map(({ factor }) => factor);
    const middle = Math.min(Math.max(median(own) ?? all, all / MOST_APART), all * MOST_APART);
    return (own.length * middle + PRIOR_WEIGHT * all) / (own.length + PRIOR_WEIGHT);
  };
  return packets.map((packet) =>
    done.has(packet.id) ? packet : { ...packet, size: packet.size * factorOf(sortOf(packet)) },
  );
}

const sortOf = ({ role, kind }: Sized): string => role ?? kind;

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [lower, upper] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}
