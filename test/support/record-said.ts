import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../src/domain/failures.ts';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import { until } from './engine.ts';
import { event } from './event.ts';
import { told } from './history.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

const id = 'said-meanwhile';
const failure = (type: FailureType, message: string) =>
  ApplicationFailure.create({ type, message, nonRetryable: true });

const judged = event();
let [runs, merges] = [0, 0];

/**
 * A packet is spoken to while a question about its run is open, meets an outage in its turn to be merged, and is spoken
 * to again while it is judged; the one after it is dropped while it waits for a free slot.
 */
export const saidMeanwhile: Situation = {
  id,
  keep: ['one', 'late'],
  packets: [
    tinyPacket('one', { criteria: [] }),
    tinyPacket('late', { criteria: [], dependencies: [{ packet: 'one' }] }),
  ],
  ends: ({ phase }) => {
    if (phase !== 'implement') return undefined;
    runs += 1;
    if (runs === 1) throw failure('Setup', 'no such compiler');
    return undefined;
  },
  override: (home) => ({
    prepareMerge: async (input) => {
      if (input.name !== 'one') return home.mergeable(input);
      merges += 1;
      if (merges === 1) throw failure('Outage', 'the hub is away');
      if (merges === 2) await judged.happened;
      return home.mergeable(input);
    },
  }),
  people: async (feature, features) => {
    const tell = (message: string) => feature.signal('unblock', { packet: 'one', message, by: 'tester' });
    const packet = features.client.workflow.getHandle(packetWorkflowId(id, 'one'));
    await feature.item('environment-one-1');
    await tell('The compiler is there');
    await told(packet, 'The compiler');
    await feature.decide('environment-one-1', 'retry');
    features.waiting.add(id);
    await feature.decide('environment-one-2', 'retry');
    await until('it is judged', async () => merges === 2 || undefined);
    await tell('Name it two');
    await told(packet, 'Name it two');
    judged.happen();
    await until('the next one waits', async () =>
      (await feature.status()).packets.some(
        ({ id: other, status }) => other === 'late' && status === 'running',
      ),
    );
    await feature.handle.executeUpdate(UPDATES.plan, {
      args: [{ add: [], amend: [], drop: ['late'], by: 'tester' }],
    });
  },
};
