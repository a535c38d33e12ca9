import { ApplicationFailure } from '@temporalio/common';
import { packetWorkflowId, queueWorkflowId, releaseWorkflowId } from '../../src/domain/ids.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import { until } from './engine.ts';
import { eventCounts } from './history.ts';
import type { Situation } from './record-agents.ts';
import { StubHome, stubProduction, STUB_TREE as tree } from './stub-home.ts';
import { tinyPacket, unattended } from './tiny-repository.ts';

const simple = (id: string, more: object = {}) => tinyPacket(id, { criteria: [], ...more });
const gate = { run: 'sh gate.sh', metric: 'n', min: 90 };
const kind = { criteria: [{ text: 'It is kind' }] };
const two = tinyPacket('two', { ...kind, dependencies: [{ packet: 'one', type: 'soft' }] });

/**
 * One feature through everything: a soft dependency with its swap, a boundary and an acceptance that people decide,
 * advice, an amended packet, packets of tests and of deployment; gates of which one gets its gap closed, one fails and is
 * waived, one is measured alone.
 */
export const rich: Situation = {
  id: 'rich',
  keep: ['one', 'two', 'tests', 'ship', 'gap-coverage-1'],
  packets: [simple('one'), two, simple('tests', { kind: 'test' }), simple('ship', { kind: 'deploy' })],
  config: {
    land: 'merge',
    gates: { coverage: gate, size: gate, speed: { ...gate, exclusive: true } },
  },
  override: (home) => {
    const times = new Map<string, number>();
    const nth = (what: string) => times.set(what, (times.get(what) ?? 0) + 1).get(what) ?? 0;
    return {
      verify: async ({ name, allowed, ticked, check }) =>
        home.verified({
          outside: name === 'one' && !allowed.includes('README.md') ? ['README.md'] : [],
          criteria:
            name === 'two' && check
              ? [{ index: 0, text: 'It is kind', met: ticked.includes(0) ? true : 'person', reason: 'yours' }]
              : [],
        }),
      gate: async ({ gate: name }) => {
        const time = nth(name);
        if (name === 'size' && time === 1)
          throw ApplicationFailure.nonRetryable('no such program: size', 'Environment');
        // The first look at coverage is for the testers.
        return name === 'size' || (name === 'coverage' && time < 3)
          ? { name, outcome: 'unmet', figures: { n: 80 }, problems: ['n is 80, at least 90'] }
          : { name, outcome: 'met', figures: { n: 95 }, problems: [] };
      },
    };
  },
  people: async (feature) => {
    await feature.item('boundary-one');
    await until('two waits for one', async () =>
      (await feature.status()).packets.some(({ id, note }) => id === 'two' && note === 'waits for one'),
    );
    await feature.decide('boundary-one', 'extend-boundary');
    await feature.item('acceptance-two');
    await feature.signal('unblock', { packet: 'two', message: 'Keep it short', by: 'tester' });
    const amend = [packetSchema.parse({ ...two, objective: 'Add src/two.txt, in one line' })];
    await feature.handle.executeUpdate(UPDATES.plan, { args: [{ amend, by: 'tester' }] });
    await feature.decide('acceptance-two', 'met');
    await feature.decide('environment-1', 'retry');
    await feature.decide('gate-1', 'waive', 'only a prototype');
  },
};

/** A swap that is told again: first its agent is killed before a word, then the tree is one of before it. */
export const swapped: Situation = {
  id: 'swapped',
  keep: ['two'],
  packets: [simple('one'), { ...two, criteria: [] }],
  ends: ({ name, run }) =>
    name === 'two' && run === 2 ? { kind: 'crashed', reason: 'exit code 137' } : undefined,
  override: (home) => {
    home.heard = ({ run }) => run !== 2;
    let looks = 0;
    return {
      verify: async ({ standsOn }) =>
        home.verified(standsOn !== undefined && ++looks === 1 ? { behind: true } : {}),
    };
  },
};

/** A release whose canary is bad: taken back by hand, since the command fails; mended, and rolled out. */
export const takenBack: Situation = {
  id: 'taken-back',
  keep: ['fix-1'],
  packets: [simple('one')],
  config: {
    approvals: { design: 'auto', release: 'ask' },
    release: {
      staging: { deploy: 'deploy', smoke: 'smoke' },
      production: { ...stubProduction, bake: '10ms' },
    },
  },
  override: () => {
    let probes = 0;
    let rollbacks = 0;
    return {
      releaseStep: async ({ step, percent }) => {
        const bad = step === 'probe' && percent !== undefined && ++probes === 1;
        const ok = step !== 'rollback' || ++rollbacks > 1;
        const figures = step === 'probe' ? { error_rate: bad ? 0.2 : 0 } : {};
        const tail = ok ? '' : 'no such host';
        return {
          ok,
          exitCode: ok ? 0 : 4,
          figures,
          url: null,
          text: step === 'current' ? 'v1' : '',
          tail,
          log: null,
        };
      },
    };
  },
  people: async (feature) => {
    await feature.decide('environment-1', 'done-by-hand');
    await feature.decide('rolled-back-1', 'fix');
    await feature.decide('promotion-1', 'promote');
  },
  also: async ({ client }) => {
    const releases = await until('both releases are listed', async () => {
      const found = [];
      const query = `WorkflowId="${releaseWorkflowId('taken-back')}"`;
      for await (const { workflowId, runId, startTime } of client.workflow.list({ query }))
        found.push({ startTime, handle: client.workflow.getHandle(workflowId, runId) });
      return found.length === 2 && found.sort((a, b) => Number(a.startTime) - Number(b.startTime));
    });
    const [first, second] = releases.map(({ handle }) => handle);
    return { ...(first && { 'release-taken-back': first }), ...(second && { 'release-mended': second }) };
  },
};

/** A packet whose workflow fails and begins once more; a landing that people are asked about, and have mended. */
export const misfit: Situation = {
  id: 'misfit',
  keep: ['landing-3'],
  packets: [simple('one')],
  config: { land: 'merge' },
  override: () => {
    let landings = 0;
    return {
      prepareLanding: async ({ baseCommit: base, commit }) =>
        ++landings <= 3
          ? { kind: 'conflict', files: ['src/shared.txt'], output: 'both changed it' }
          : { kind: 'ready', base, commit, tree },
      beginMending: async ({ commit: start }) => ({
        start,
        files: ['src/shared.txt'],
        output: 'both changed it',
      }),
    };
  },
  ends: ({ name, run }) =>
    name === 'one' && run === 1 ? { kind: 'blocked', question: { text: 'Which colour?' } } : undefined,
  people: async (feature, { client }) => {
    await feature.item('question-one');
    await client.workflow.getHandle(packetWorkflowId('misfit', 'one')).terminate('a slip of the hand');
    await feature.decide('environment-one', 'retry');
    await feature.decide('question-one-2', 'blue');
    await feature.decide('conflict-1', 'mend', 'Keep both');
  },
};

/** Advice alone, for an agent that is done: it goes back once more. In `rich` an amended packet would do the same. */
export const advised: Situation = {
  id: 'advised',
  keep: ['one'],
  packets: [tinyPacket('one', kind)],
  override: (home) => ({
    verify: async ({ name, ticked }) =>
      home.verified({
        criteria:
          name === 'one'
            ? [{ index: 0, text: 'It is kind', met: ticked.includes(0) ? true : 'person', reason: 'yours' }]
            : [],
      }),
  }),
  people: async (feature) => {
    await feature.item('acceptance-one');
    await feature.signal('unblock', { packet: 'one', message: 'Keep it short', by: 'tester' });
    await feature.decide('acceptance-one', 'met');
  },
};

const shared = (home: StubHome): StubHome['override'] => {
  const { openFeature } = home.activities();
  return { openFeature: async (input) => ({ ...(await openFeature(input)), repositoryKey: 'shared' }) };
};
const queue = queueWorkflowId('landing:shared:main');

/** A feature waits for a landing's turn behind one that holds it for long, and is then gone without leaving. */
export const queued: Situation = {
  id: 'queued',
  keep: [],
  packets: [simple('one')],
  config: { land: 'merge', approvals: { design: 'ask', release: 'auto' } },
  override: shared,
  people: async (feature, features) => {
    const holder = new StubHome({ ...unattended, land: 'merge' });
    let holds = false;
    holder.override = {
      ...shared(holder),
      prepareLanding: async ({ baseCommit: base, commit }) => {
        holds = true;
        const { client } = features;
        await until('the queue has looked once', async () => {
          const { of } = await eventCounts(client.workflow.getHandle(queue));
          // Its turn is told by a signal: nothing but looks is scheduled.
          return of('activityTaskCompleted') > 0;
        });
        await client.workflow.getHandle('feature:holds').terminate('a slip of the hand');
        return { kind: 'ready', base, commit, tree };
      },
    };
    await features.feature('holds', [simple('one')], holder);
    await until('the other holds the turn', async () => holds);
    await feature.decide('design-approval', 'approve');
  },
  also: async ({ client }) => ({ 'queue-looks': client.workflow.getHandle(queue) }),
};
