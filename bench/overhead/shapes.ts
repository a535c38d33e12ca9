import { type Packet, packetSchema } from '../../src/domain/packet.ts';

/** How the packets of a run hang together. */
export const SHAPES = ['independent', 'chains'] as const;
export type Shape = (typeof SHAPES)[number];

/** What is run; all times in seconds. */
export interface Case {
  readonly features: number;
  /** Of each feature. */
  readonly packets: number;
  readonly shape: Shape;
  /** Agents at once in a feature. */
  readonly slots: number;
  readonly agentSeconds: number;
  /** How long the repository's only check takes; 0: it is `true`. */
  readonly checkSeconds: number;
  /** Whether agents and checks run in sandboxes. */
  readonly sandbox?: boolean | undefined;
}

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

/**
 * Seconds that no schedule could go below in which only agents take slots and checks run beside them: the longest
 * chain, a check after every agent; all agents on the slots, and a check after the last of them; or all merges, one after
 * the other and each on a tree that was checked, after the first agent.
 */
export function lowerBound({ packets, shape, slots, agentSeconds, checkSeconds }: Omit<Case, 'features'>) {
  const links = shape === 'chains' ? Math.ceil(packets / slots) : 1;
  return Math.max(
    links * (agentSeconds + checkSeconds),
    (packets * agentSeconds) / slots + checkSeconds,
    agentSeconds + packets * checkSeconds,
  );
}
