import type { Case } from './shapes.ts';

/** A case, and with how many packets less it is run once more to learn what one packet more costs. */
export interface Planned extends Case {
  readonly less?: number | undefined;
}

const planned = (
  features: number,
  packets: number,
  shape: Case['shape'],
  slots: number,
  agentSeconds: number,
  more: { readonly checkSeconds?: number; readonly less?: number } = {},
): Planned => ({ features, packets, shape, slots, agentSeconds, checkSeconds: 0, ...more });

/** The cases of docs/benchmarks.md. Agents of 30 s for the aim; shorter ones where many would take hours. */
export const ALL: readonly Planned[] = [
  planned(1, 3, 'independent', 3, 30),
  planned(1, 30, 'independent', 3, 30),
  planned(1, 30, 'independent', 3, 5, { checkSeconds: 5 }),
  planned(1, 30, 'chains', 3, 10),
  planned(1, 300, 'independent', 3, 1),
  planned(10, 3, 'chains', 1, 10),
  planned(50, 3, 'chains', 1, 10),
  planned(1, 30, 'independent', 3, 1, { less: 3 }),
];
