import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import type { Feature } from '../support/engine.ts';
import { event } from '../support/event.ts';
import { type ResetPoint, reset } from '../support/reset.ts';
import { STUB_TREE, StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const IDS = ['one', 'two', 'three'];
const packets = IDS.map((id) => tinyPacket(id, { criteria: [] }));
const statuses = async (feature: Feature) =>
  (await feature.status().catch(() => ({ packets: [] }))).packets.map(({ status }) => status);

/** A feature whose agents of `held` are at work until they are let go. */
async function begin(id: string, held: readonly string[]) {
  const gone = event();
  const begun = new Set<string>();
  const home = new StubHome(
    unattended,
    () => undefined,
    async ({ name }) => {
      begun.add(name);
      if (held.includes(name)) await gone.happened;
    },
  );
  const feature = await features.feature(id, packets, home);
  await until('the agents are at work', async () => IDS.every((each) => begun.has(each)) || undefined);
  return { feature, home, letGo: gone.happen };
}

const resetTo = async (feature: Feature, point: ResetPoint, how: Parameters<typeof reset>[3] = {}) => {
  const before = (await feature.handle.describe()).runId;
  await reset(features.client, feature.handle.workflowId, point, how);
  await until('the new execution answers', async () => {
    const now = await feature.handle.describe();
    return (
      (now.runId !== before && (await feature.status().catch(() => undefined)) !== undefined) || undefined
    );
  });
};

/** Workflows of the feature that run. */
async function running(id: string): Promise<string[]> {
  const found: string[] = [];
  const query = `WorkflowId STARTS_WITH '${featureWorkflowId(id)}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of features.client.workflow.list({ query })) found.push(workflowId);
  return found;
}
const untilNoneRuns = (id: string) =>
  until('nothing of it runs', async () => (await running(id)).length === 0 || undefined);

const expectLanded = async (id: string, feature: Feature) => {
  const report = await feature.report();
  expect(report.outcome).toBe('landed');
  expect(report.packets.map(({ status }) => status)).toEqual(['merged', 'merged', 'merged']);
  await untilNoneRuns(id);
};

describe('a feature that is reset', () => {
  it.each(['last', 'first-child'] as const)(
    'to its %s task while agents work goes on with them, and lands: nothing is paid again',
    async (point) => {
      const id = `reset-at-${point}`;
      const { feature, home, letGo } = await begin(id, ['one', 'two']);
      await resetTo(feature, point);
      letGo();
      await expectLanded(id, feature);
      expect(IDS.map((name) => home.runs(id, name).length)).toEqual([1, 1, 1]);
    },
  );

  it('to its first task ends the packets of before, begins them again, and lands', async () => {
    const { feature, home, letGo } = await begin('reset-first', ['one', 'two']);
    await reset(features.client, feature.handle.workflowId, 'first');
    await until('the packets of before are ended', async () => home.runs('reset-first', 'three')[1]);
    letGo();
    await expectLanded('reset-first', feature);
    expect(home.runs('reset-first', 'one')).toHaveLength(2);
  });

  it('to before a packet was merged takes its end over, and lands', async () => {
    const { feature, home, letGo } = await begin('reset-merged', ['two']);
    await until('two are merged', async () => {
      const merged = (await statuses(feature)).filter((status) => status === 'merged');
      return merged.length === 2 || undefined;
    });
    await resetTo(feature, 'first-child');
    letGo();
    await expectLanded('reset-merged', feature);
    expect(home.runs('reset-merged', 'one')).toHaveLength(1);
  });

  it('while a question is open takes its answer to the packet that asked', async () => {
    const home = new StubHome(unattended, ({ name, run }) =>
      name === 'two' && run === 1
        ? { kind: 'blocked', question: { text: 'Which?', options: ['a', 'b'] } }
        : undefined,
    );
    const feature = await features.feature('reset-question', packets, home);
    await feature.item('question-two');
    await resetTo(feature, 'last');
    await feature.decide('question-two', 'b');
    await expectLanded('reset-question', feature);
    expect(home.runs('reset-question', 'two')[1]?.resume?.answer).toBe('b');
  });

  it('after it has landed ends again', async () => {
    const feature = await features.feature('reset-landed', packets, new StubHome(unattended));
    await feature.report();
    await reset(features.client, feature.handle.workflowId, 'first-child');
    await expectLanded('reset-landed', feature);
  });

  it.each(['first', 'last', 'first-child'] as const)(
    'to its %s task can be cancelled, and its packets end with it',
    async (point) => {
      const id = `reset-cancelled-${point}`;
      const { feature, letGo } = await begin(id, ['one', 'two']);
      await resetTo(feature, point);
      await feature.handle.cancel();
      letGo();
      await expect(feature.report()).rejects.toThrow();
      expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
      await untilNoneRuns(id);
    },
  );

  it.each([
    ['first-child', 'passed-on'],
    ['asks-turn', 'passed-on'],
    ['asks-turn', 'dropped'],
  ] as const)(
    'while it holds the landing turn, to its %s task with later signals %s, lands: it does not wait behind itself',
    async (point, signals) => {
      const [holds, gone] = [event(), event()];
      const home = new StubHome({ ...unattended, land: 'merge' });
      home.override = {
        prepareLanding: async ({ baseCommit: base, commit }) => {
          if (home.inputs('prepareLanding').length === 1) {
            holds.happen();
            await gone.happened;
          }
          return { kind: 'ready', base, commit, tree: STUB_TREE };
        },
      };
      const id = `reset-in-turn-${point}-${signals}`;
      const feature = await features.feature(id, packets, home);
      await holds.happened;
      await resetTo(feature, point, { signals });
      await until('it lands anew', async () => home.inputs('prepareLanding')[1]);
      gone.happen();
      await expectLanded(id, feature);
    },
  );

  it('whose packet was terminated meanwhile asks what is to become of it', async () => {
    const { feature, letGo } = await begin('reset-gone', ['one', 'two']);
    await features.client.workflow.getHandle(`${feature.handle.workflowId}:packet:two`).terminate('a test');
    await resetTo(feature, 'last');
    letGo();
    await feature.decide('environment-two', 'retry');
    await expectLanded('reset-gone', feature);
  });
});
