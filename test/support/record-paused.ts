import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../src/domain/failures.ts';
import { until } from './engine.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

let held = false;

/** Paused while a packet's question is open; the run with the answer is held back once, as by a home that saw the pause. */
export const heldBack: Situation = {
  id: 'held-back',
  keep: ['one'],
  packets: [tinyPacket('one', { criteria: [] })],
  ends: ({ phase, run }) => {
    if (phase !== 'implement') return undefined;
    if (run === 1) return { kind: 'blocked', question: { text: 'Which colour?', options: ['blue', 'red'] } };
    if (held) return undefined;
    held = true;
    throw ApplicationFailure.create({
      type: 'HeldBack' satisfies FailureType,
      message: 'the feature was paused before this agent began',
      nonRetryable: true,
    });
  },
  people: async (feature) => {
    await feature.item('question-one');
    await feature.signal('pause');
    await until('it is paused', async () => (await feature.status()).paused || undefined);
    await feature.signal('resume');
    await until('it is resumed', async () => !(await feature.status()).paused || undefined);
    await feature.decide('question-one', 'red');
  },
};
