import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../src/domain/failures.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

const moved = new Set<string>();

/** The branch is elsewhere when the design, and then a packet, is to be merged: both are judged anew. */
export const branchMoved: Situation = {
  id: 'branch-moved',
  keep: ['one'],
  packets: [tinyPacket('one', { criteria: [] })],
  override: () => ({
    moveBranch: async ({ name }) => {
      if (moved.has(name)) return { moved: true };
      moved.add(name);
      throw ApplicationFailure.create({
        type: 'BranchMoved' satisfies FailureType,
        message: 'the branch is elsewhere',
        nonRetryable: true,
      });
    },
  }),
  people: async (feature) => {
    await feature.decide('environment-1', 'retry');
    await feature.decide('environment-one', 'retry');
  },
};
