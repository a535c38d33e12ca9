import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../src/domain/failures.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import { until } from './engine.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

let unanswered = 0;

/**
 * Two runs are not answered, since the hub is away: one is interrupted by advice, and asked for; the other's packet is
 * dropped, so what it came to is heard as its tree goes.
 */
export const unheardRuns: Situation = {
  id: 'unheard',
  keep: ['one', 'two'],
  packets: [tinyPacket('one', { criteria: [] }), tinyPacket('two', { criteria: [] })],
  ends: ({ phase, run, unheard }) => {
    if (phase !== 'implement' || run > 1 || unheard) return undefined;
    unanswered += 1;
    throw ApplicationFailure.create({
      type: 'Outage' satisfies FailureType,
      message: 'the hub is away',
      details: [{ where: 'the hub' }],
      nextRetryDelay: '10m',
    });
  },
  people: async (feature) => {
    await until('both were tried', async () => unanswered === 2 || undefined);
    await feature.signal('unblock', { packet: 'one', message: 'Make it blue', by: 'tester' });
    await feature.handle.executeUpdate(UPDATES.plan, {
      args: [{ add: [], amend: [], drop: ['two'], by: 'tester' }],
    });
  },
};
