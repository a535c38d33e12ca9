import type { Packet, PacketKind } from './packet.ts';

/** A feature's phase is the earliest one with unfinished work. Each has an agent activity of the same name. */
export const PHASES = ['design', 'implement', 'test', 'deploy'] as const;
export type Phase = (typeof PHASES)[number];

/** The roles that take a phase's work unless the repository names others. */
export const DEFAULT_ROLES: Readonly<Record<Phase, string>> = {
  design: 'backend-architect',
  implement: 'tdd-typescript',
  test: 'test-generator',
  deploy: 'devops-troubleshooter',
};

/** The phase a packet's work belongs to. */
export const phaseOfKind = (kind: PacketKind): Phase =>
  (({ implementation: 'implement', test: 'test', gap: 'test', deploy: 'deploy' }) as const)[kind];

/** The phase of a feature that has these packets to do. */
export const earliestPhase = (packets: readonly Pick<Packet, 'kind'>[]): Phase =>
  PHASES.find((phase) => packets.some(({ kind }) => phaseOfKind(kind) === phase)) ?? 'implement';
