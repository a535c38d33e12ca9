import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import type { PlanStatus } from '../../src/domain/plan-edit.ts';
import type { WholePlan } from '../../src/domain/plan-markdown.ts';

/** A packet in which everything is set; `text` as far as the schema takes it. */
export const packetOf = (text: string): Packet =>
  packetSchema.parse({
    id: 'api',
    objective: text.slice(0, 2000),
    criteria: [{ test: text.slice(0, 300) }, { command: text.slice(0, 1000) }, undefined].map((evidence) => ({
      text: text.slice(0, 500),
      ...(evidence !== undefined && { evidence }),
    })),
    boundaries: { notes: text.slice(0, 2000) },
    contract: text.slice(0, 6000),
    instructions: text.slice(0, 8000),
  });

/** A plan of it, with what changed and what it may change of what measures the work. */
export const wholePlanOf = (text: string): WholePlan => ({
  packets: [packetOf(text)],
  slots: 1,
  measuring: [{ packet: 'api', path: text, why: text }],
  before: [packetSchema.parse({ id: 'api', objective: `${text.slice(0, 1999)}.` })],
});

/** The same, as a workflow tells it. */
export const planStatusOf = (text: string): PlanStatus => {
  const { packets, slots, measuring, before } = wholePlanOf(text);
  return {
    packets: packets.map((packet) => ({ packet, status: 'waiting', started: false })),
    concurrency: slots,
    first: [],
    proposed: {
      measuring: (measuring ?? []).map((one) => ({ ...one })),
      ...(before !== undefined && { before }),
    },
  };
};
