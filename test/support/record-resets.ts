import type { WorkflowHandle } from '@temporalio/client';
import { configSchema } from '../../src/domain/config.ts';
import { queueWorkflowId, releaseWorkflowId } from '../../src/domain/ids.ts';
import { SIGNALS } from '../../src/domain/messages.ts';
import { until } from './engine.ts';
import { event } from './event.ts';
import type { Situation } from './record-agents.ts';
import { reset } from './reset.ts';
import { STUB_TREE, stubProduction } from './stub-home.ts';
import { tinyConfig, tinyPacket, unattended } from './tiny-repository.ts';

const asks: Situation['ends'] = ({ phase, run }) =>
  phase === 'implement' && run === 1
    ? { kind: 'blocked', question: { text: 'Which colour?', options: ['blue', 'red'] } }
    : undefined;

/** Several messages to one packet at a time, and a pause. */
export const messaged: Situation = {
  id: 'messaged',
  keep: ['one'],
  packets: [tinyPacket('one', { criteria: [] })],
  ends: asks,
  people: async (feature) => {
    await feature.item('question-one');
    await feature.signal('pause');
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((message) =>
        feature.signal('unblock', { packet: 'one', message, by: 'tester' }),
      ),
    );
    await feature.signal('unblock', { packet: 'none', message: 'Hello', by: 'tester' });
    await feature.signal('resume');
    await until('what could not be used is known', async () =>
      (await feature.status()).dropped.some(({ signal }) => signal === SIGNALS.unblock),
    );
    await feature.decide('question-one', 'red');
  },
};

/** Reset while a packet's question is open: its answer goes to a packet of the execution before. */
export const resetAtQuestion: Situation = {
  id: 'reset',
  keep: ['one'],
  packets: [tinyPacket('one', { criteria: [] })],
  ends: asks,
  people: async (feature, { client }) => {
    await feature.item('question-one');
    await reset(client, feature.handle.workflowId, 'last');
    await feature.decide('question-one', 'red');
  },
};

import { STUB_TREE, stubProduction } from './stub-home.ts';
import { tinyConfig, tinyPacket, unattended } from './tiny-repository.ts';
};
