import { queueWorkflowId } from '../../src/domain/ids.ts';
import { SIGNALS } from '../../src/domain/messages.ts';
import { until } from './engine.ts';
import { event } from './event.ts';
import type { Situation } from './record-agents.ts';
import { reset } from './reset.ts';
import { STUB_TREE } from './stub-home.ts';
import { tinyPacket } from './tiny-repository.ts';

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

const [holds, gone] = [event(), event()];

/** Reset while it lands, to where it asks for the turn that it holds: the queue tells it, and it gives that turn back. */
export const resetInTurn: Situation = {
  id: 'reset-in-turn',
  keep: [],
  packets: [tinyPacket('one', { criteria: [] })],
  config: { land: 'merge' },
  override: (home) => ({
    prepareLanding: async ({ baseCommit: base, commit }) => {
      if (home.inputs('prepareLanding').length === 1) {
        holds.happen();
        await gone.happened;
      }
      return { kind: 'ready', base, commit, tree: STUB_TREE };
    },
  }),
  people: async (feature, { client }) => {
    await holds.happened;
    await reset(client, feature.handle.workflowId, 'asks-turn', { signals: 'dropped' });
    // The last activity of the execution before must end too, or its worker waits for it.
    gone.happen();
  },
  also: async ({ client }) => {
    const queue = client.workflow.getHandle(queueWorkflowId('landing:stub-reset-in-turn:main'));
    await queue.result();
    return { 'queue-reset-in-turn': queue };
  },
};
