import type { WorkflowHandle } from '@temporalio/client';
import type { AgentRunEnd, AgentRunInput } from '../../src/domain/activities.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import type { RunFigures } from '../../src/domain/outcomes.ts';
import type { RequestDoubts } from '../../src/domain/request-doubts.ts';
import type { ForkedFrom } from '../../src/domain/what-if.ts';
import { type Feature, until } from './engine.ts';
import { HeldStart } from './held-start.ts';
import { askedFirst } from './record-asked.ts';
import { before } from './record-before.ts';
import { forked } from './record-fork.ts';
import { judged, requested } from './record-judged.ts';
import { branchMoved } from './record-moved.ts';
import { heldBack } from './record-paused.ts';
import { plannedByPeople } from './record-planned.ts';
import { messaged, resetAtQuestion, resetAtRelease, resetInTurn } from './record-resets.ts';
import { advised, misfit, queued, rich, swapped, takenBack } from './record-rich.ts';
import { saidMeanwhile } from './record-said.ts';
import { unheardRuns } from './record-unheard.ts';
import { STUB_TREE, StubHome } from './stub-home.ts';
import { StubFeatures } from './stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from './tiny-repository.ts';

const { crew } = tinyConfig;
const crashed: AgentRunEnd = { kind: 'crashed', reason: 'exit code 3' };
const limited: AgentRunEnd = {
  kind: 'trouble',
  trouble: { kind: 'rate-limit', message: 'too many requests', retryAfterMs: 1000 },
};
const simple = (id: string, more: object = {}) => tinyPacket(id, { criteria: [], ...more });

/** A situation: the feature `id`, and which of its packets' histories are kept beside its own. */
export interface Situation {
  readonly id: string;
  readonly keep: readonly string[];
  readonly packets: ReturnType<typeof simple>[];
  readonly config?: Partial<ConfigDraft>;
  readonly ends?: (input: AgentRunInput) => AgentRunEnd | undefined;
  readonly measured?: (input: AgentRunInput) => Partial<RunFigures>;
  readonly override?: (home: StubHome) => StubHome['override'];
  /** Whether recommended choices are taken by themselves. */
  readonly yes?: true;
  /** The earlier execution that it begins as. */
  readonly from?: ForkedFrom;
  /** What Baton saw in its request. */
  readonly doubts?: RequestDoubts;
  /** What people do. */
  readonly people?: (feature: Feature, features: StubFeatures) => Promise<void>;
  /** Other workflows whose histories are kept, by the names of these. */
  readonly also?: (features: StubFeatures) => Promise<Readonly<Record<string, WorkflowHandle>>>;
}

let landings = 0;
const heldStart = new HeldStart();
const situations: readonly Situation[] = [
  {
    id: 'falls-back',
    keep: ['one'],
    packets: [simple('one'), simple('two')],
    config: { crew: { ...crew, implement: { ...crew.implement, fallback: { runner: 'codex' } } } },
    ends: ({ name, agent }) => (name === 'one' && agent === undefined ? crashed : undefined),
  },
  {
    id: 'waits',
    keep: ['one'],
    packets: [simple('one'), simple('two')],
    config: { concurrency: 1 },
    ends: ({ name, run }) => (name !== 'two' && run === 1 ? limited : undefined),
  },
  {
    id: 'budget',
    keep: ['one', 'two'],
    packets: [simple('one'), simple('two', { dependencies: [{ packet: 'one' }] })],
    config: { budget: { usd: 2 } },
    ends: ({ name, run }) => (name === 'one' && run <= 2 ? crashed : undefined),
    measured: ({ name, run }) => (name === 'two' || run === 3 ? {} : { costUsd: 1 }),
    people: async (feature) => {
      await feature.decide('budget-1', 'go-on');
      await feature.decide('budget-2', 'go-on');
    },
  },
  {
    id: 'budget-stop',
    keep: ['one'],
    packets: [simple('one')],
    config: { budget: { usd: 1 } },
    ends: ({ phase }) => (phase === 'implement' ? crashed : undefined),
    measured: ({ phase }) => ({ costUsd: phase === 'design' ? 0 : 1 }),
    people: (feature) => feature.decide('budget-1', 'stop'),
  },
  {
    id: 'person',
    keep: ['one'],
    packets: [simple('one'), simple('two')],
    config: { crew: { ...crew, implement: { runner: 'person' } } },
    people: async (feature) => {
      await feature.decide('by-hand-one', 'hand-back');
      await feature.decide('by-hand-two', 'drop');
    },
  },
  {
    id: 'gives-up',
    keep: ['one'],
    packets: [simple('one')],
    ends: ({ phase }) => (phase === 'implement' ? { kind: 'failed', reason: 'no idea' } : undefined),
    people: (feature) => feature.decide('failing-packet-one', 'stop'),
  },
  {
    id: 'mended-landing',
    keep: ['landing-1'],
    packets: [simple('one')],
    config: { land: 'merge' },
    override: () => ({
      prepareLanding: async ({ baseCommit: base, commit }) =>
        ++landings === 1
          ? { kind: 'conflict', files: ['src/shared.txt'], output: 'both changed it' }
          : { kind: 'ready', base, commit, tree: STUB_TREE },
    }),
  },
  {
    id: 'asks-only',
    keep: ['one'],
    packets: [simple('one')],
    yes: true,
    ends: ({ phase, run }) =>
      phase === 'implement' && run <= 11
        ? {
            kind: 'blocked',
            question: { text: 'Which colour?', options: ['blue', 'red'], recommended: 'blue' },
          }
        : undefined,
    people: (feature) => feature.decide('question-one', 'red'),
  },
  {
    id: 'home-gone',
    keep: ['one'],
    packets: [simple('one')],
    config: { homes: { gone: '1s' }, approvals: { design: 'ask', release: 'ask' } },
    people: async (feature, features) => {
      await feature.item('design-approval');
      // Nobody looks after that one.
      features.next.push('nowhere');
      await feature.decide('design-approval', 'approve');
      await until('its packet asked for a home', async () => features.next.length === 0 || undefined);
    },
  },
  {
    id: 'dropped-at-start',
    keep: ['held'],
    packets: [simple('held')],
    people: (feature, { client }) => heldStart.drop(client, feature),
  },
  judged,
  requested,
  rich,
  swapped,
  forked,
  takenBack,
  misfit,
  advised,
  queued,
  messaged,
  resetAtQuestion,
  resetInTurn,
  resetAtRelease,
  heldBack,
  branchMoved,
  plannedByPeople,
  askedFirst,
  saidMeanwhile,
  unheardRuns,
  ...before,
];

/** Keeps histories of what happens between agents, people and money. */
export async function recordAgents(
  address: string,
  keep: (name: string, handle: WorkflowHandle) => Promise<void>,
  say: (text: unknown) => void,
  only?: string,
): Promise<void> {
  const features = await StubFeatures.connect(address, [heldStart]);
  for (const situation of situations) {
    const {
      id,
      packets,
      config,
      ends,
      measured,
      override,
      people,
      also,
      keep: kept,
      yes,
      from,
      doubts,
    } = situation;
    // How it was before is only recorded by name, with the code of before.
    if (only === undefined ? before.includes(situation) : id !== only) continue;
    const home = new StubHome({ ...unattended, ...config }, ends, undefined, measured);
    home.override = override?.(home) ?? {};
    const feature = await features.feature(id, packets, home, yes, from, {
      ...(doubts !== undefined && { doubts }),
    });
    await people?.(feature, features);
    say(`${id}: ${(await feature.report()).outcome}`);
    await keep(`feature-${id}`, feature.handle);
    for (const packet of kept)
      await keep(`packet-${id}-${packet}`, features.client.workflow.getHandle(packetWorkflowId(id, packet)));
    for (const [name, handle] of Object.entries((await also?.(features)) ?? {})) await keep(name, handle);
  }
  await features.stop();
}
