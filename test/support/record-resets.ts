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

const baking = (bake: string) =>
  configSchema.parse({ ...tinyConfig, ...unattended, release: { production: { ...stubProduction, bake } } });
let releaseBefore: WorkflowHandle | undefined;

/** Reset to its beginning while a canary bakes: that release is taken back, and asks, before the next one begins. */
export const resetAtRelease: Situation = {
  id: 'reset-at-release',
  keep: [],
  packets: [tinyPacket('one', { criteria: [] })],
  override: () => {
    let opened = 0;
    let rollbacks = 0;
    return {
      openFeature: async ({ feature }) => ({
        config: baking(++opened === 1 ? '10h' : '1ms'),
        repositoryKey: `stub-${feature}`,
      }),
      releaseStep: async ({ step }) => {
        const ok = step !== 'rollback' || ++rollbacks > 1;
        const figures = step === 'probe' ? { error_rate: 0 } : {};
        return { ok, exitCode: ok ? 0 : 4, figures, url: null, text: '', tail: '', log: null };
      },
    };
  },
  people: async (feature, { client }) => {
    await until('the canary bakes', async () =>
      (await feature.status()).releaseSteps.some((step) => step.startsWith('10 %: baking')),
    );
    const { runId } = await client.workflow.getHandle(releaseWorkflowId('reset-at-release')).describe();
    releaseBefore = client.workflow.getHandle(releaseWorkflowId('reset-at-release'), runId);
    await reset(client, feature.handle.workflowId, 'first');
    await feature.decide('environment', 'retry');
  },
  also: async () => (releaseBefore === undefined ? {} : { 'release-reset-at-release': releaseBefore }),
};
