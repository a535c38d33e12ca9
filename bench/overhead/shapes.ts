import { type Packet, packetSchema } from '../../src/domain/packet.ts';

/** How the packets of a run hang together. */
export const SHAPES = ['independent', 'chains'] as const;
export type Shape = (typeof SHAPES)[number];

const nameOf = (n: number) => `p-${String(n).padStart(3, '0')}`;

/** `chains`: as many as there are slots, each packet after the one before it in its chain. */
export const packetsOf = (count: number, shape: Shape, slots: number): Packet[] =>
  Array.from({ length: count }, (_, n) =>
    packetSchema.parse({
      id: nameOf(n),
      objective: `Sleep, then write src/${nameOf(n)}.txt`,
      dependencies: shape === 'chains' && n >= slots ? [{ packet: nameOf(n - slots) }] : [],
    }),
  );

/** The longest chain and the work divided by the slots: no schedule is shorter than the longer of both. Seconds. */
export function lowerBound(count: number, shape: Shape, slots: number, agentSeconds: number): number {
  const longest = shape === 'chains' ? Math.ceil(count / slots) * agentSeconds : agentSeconds;
  return Math.max(longest, (count * agentSeconds) / slots);
}
