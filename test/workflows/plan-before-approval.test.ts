import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { QUERIES, UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import type { PlanEditDraft, PlanStatus } from '../../src/domain/plan-edit.ts';
import type { Feature } from '../support/engine.ts';
import { designOf, StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const asked = { ...unattended, approvals: { design: 'ask' as const } };
const simple = (id: string, more: object = {}) => tinyPacket(id, { criteria: [], ...more });
const planOf = (feature: Feature) => feature.handle.query<PlanStatus>(QUERIES.plan);
const change = (feature: Feature, edit: Omit<PlanEditDraft, 'by'>) =>
  feature.handle.executeUpdate(UPDATES.plan, { args: [{ ...edit, by: 'ann' }] });
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  return (error?.cause as Error | undefined)?.message;
};
const ids = ({ packets }: PlanStatus) => packets.map(({ packet }) => packet.id);

describe.concurrent('a plan that waits for its approval', () => {
  it('is told whole, with what it may change of what measures the work', async () => {
    const home = new StubHome(asked, ({ phase }) =>
      phase === 'design' ? designOf(simple('one', { contract: 'POST /one' })) : undefined,
    );
    home.override.verify = async () =>
      home.verified({ measuring: [{ packet: 'one', path: 'check.sh', why: 'named by checks.test' }] });
    const feature = await features.feature('told', [], home);
    await feature.item('design-approval');
    expect(await planOf(feature)).toMatchObject({
      packets: [{ packet: { id: 'one', contract: 'POST /one' }, status: 'waiting', started: false }],
      proposed: { measuring: [{ path: 'check.sh' }] },
    });
    const details = await feature.handle.query<unknown>('__temporal_workflow_metadata');
    expect(JSON.stringify(details)).toContain('The plan to be approved');
    await feature.decide('design-approval', 'approve');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('is shown as its own, by a worker that has other features too', async () => {
    const both = await Promise.all(
      ['apples', 'pears'].map((id) => {
        const home = new StubHome(asked, ({ phase }) =>
          phase === 'design' ? designOf(simple(id)) : undefined,
        );
        return features.feature(`shown-${id}`, [], home);
      }),
    );
    for (const feature of both) await feature.item('design-approval');
    const shown = both.map((feature) => feature.handle.query<unknown>('__temporal_workflow_metadata'));
    const [first, second] = (await Promise.all(shown)).map((details) => JSON.stringify(details));
    expect(first).toContain('src/apples');
    expect(first).not.toContain('src/pears');
    expect(second).toContain('src/pears');
    for (const feature of both) await feature.decide('design-approval', 'approve');
    for (const feature of both) expect((await feature.report()).outcome).toBe('landed');
  });

  it('is what people changed it to: the question is put anew, and what is approved is built', async () => {
    const home = new StubHome(asked, ({ phase }) =>
      phase === 'design' ? designOf(simple('one'), simple('unwanted')) : undefined,
    );
    const feature = await features.feature('changed', [], home);
    const first = await feature.item('design-approval');
    expect(
      await change(feature, {
        add: [packetSchema.parse(simple('two'))],
        amend: [packetSchema.parse(simple('one', { objective: 'Add src/one.txt, and say why' }))],
        drop: ['unwanted'],
      }),
    ).toMatchObject({ added: ['two'], amended: ['one'], dropped: ['unwanted'] });
    const second = await feature.item('design-approval-2');
    expect(second.prompt).toContain('- ann added two; changed one; dropped unwanted');
    // Nobody approves a plan that is no more.
    const old = { item: first.id, choice: 'approve', by: 'bob' };
    expect(await refusal(feature.handle.executeUpdate(UPDATES.decide, { args: [old] }))).toContain(
      'there is no open item "design-approval-1"; open: design-approval-2',
    );
    const plan = await planOf(feature);
    expect(ids(plan)).toEqual(['one', 'two']);
    expect(plan.proposed?.before?.map(({ id }) => id)).toEqual(['one', 'unwanted']);
    await feature.decide('design-approval-2', 'approve');
    const report = await feature.report();
    expect(report.packets.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'merged'],
      ['two', 'merged'],
    ]);
    expect(report.edits).toMatchObject([{ by: 'ann', dropped: ['unwanted'] }]);
    expect(home.inputs('verify', 'one')).toMatchObject([
      { packet: { objective: 'Add src/one.txt, and say why' } },
    ]);
    expect((await planOf(feature)).proposed).toBeUndefined();
  });

  it('is changed only to what could be a first plan', async () => {
    const home = new StubHome({ ...asked, checks: { test: 'sh check.sh' } }, ({ phase }) =>
      phase === 'design' ? designOf(simple('one')) : undefined,
    );
    const feature = await features.feature('refused', [], home);
    await feature.item('design-approval');
    const amended = (more: object) => [packetSchema.parse(simple('one', more))];
    expect(await refusal(change(feature, { drop: ['one'] }))).toBe(
      'the plan would have no packets: nothing would be built',
    );
    expect(
      await refusal(change(feature, { amend: amended({ dependencies: [{ packet: 'none' }] }) })),
    ).toContain('depends on "none", which is no packet');
    expect(
      await refusal(
        change(feature, { amend: amended({ criteria: [{ text: 'It adds', evidence: { test: 'adds' } }] }) }),
      ),
    ).toContain('no check in baton.yaml has a `report`');
    expect((await feature.item('design-approval')).id).toBe('design-approval-1');
    await feature.decide('design-approval', 'reject');
    expect((await feature.report()).outcome).toBe('rejected');
  });

  it('tells after a revision what it was before, and the designer what people had changed', async () => {
    const home = new StubHome(asked, ({ phase, run }) =>
      phase === 'design' ? designOf(simple('one', { size: run === 1 ? 30 : 45 })) : undefined,
    );
    const feature = await features.feature('revised', [], home);
    await feature.item('design-approval');
    await change(feature, { add: [packetSchema.parse(simple('docs'))] });
    await feature.item('design-approval-2');
    await feature.decide('design-approval-2', 'revise', 'One takes longer');
    await feature.item('design-approval-3');
    const { proposed } = await planOf(feature);
    expect(proposed?.before?.map(({ id, size }) => [id, size])).toEqual([
      ['one', 30],
      ['docs', 30],
    ]);
    const [, told] = home.runs('revised', 'design');
    expect(told?.feedback).toMatchObject([
      { kind: 'revise', text: 'One takes longer' },
      { kind: 'plan', text: expect.stringMatching(/as they wrote them:[\s\S]*"docs"/) },
    ]);
    await feature.decide('design-approval-3', 'approve');
    expect((await feature.report()).outcome).toBe('landed');
  });
});
