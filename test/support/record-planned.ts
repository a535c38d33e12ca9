import { UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

/** A plan that people change before they approve it. */
export const plannedByPeople: Situation = {
  id: 'planned-by-people',
  keep: ['two'],
  packets: [tinyPacket('one', { criteria: [] })],
  config: { approvals: { design: 'ask' } },
  people: async (feature) => {
    await feature.item('design-approval');
    const add = [packetSchema.parse(tinyPacket('two', { criteria: [] }))];
    await feature.handle.executeUpdate(UPDATES.plan, { args: [{ add, drop: ['one'], by: 'tester' }] });
    await feature.decide('design-approval-2', 'approve');
  },
};
