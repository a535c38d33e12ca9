import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import type { RunFigures } from '../../src/domain/outcomes.ts';
import { until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string, more: object = {}) => tinyPacket(id, { criteria: [], ...more });
const limited = (budget: ConfigDraft['budget'], more: Partial<ConfigDraft> = {}): Partial<ConfigDraft> => ({
  ...unattended,
  budget,
  ...more,
});
/** Every run costs so much. */
const costs = (figures: Partial<RunFigures>) => () => figures;

describe.concurrent('a budget of the feature', () => {
  it('counts the designer and every packet; once it is spent nothing new starts until a person gives as much again', async () => {
    const home = new StubHome(
      limited({ usd: 2 }, { concurrency: 1 }),
      undefined,
      undefined,
      costs({ costUsd: 1 }),
    );
    // With --yes too: nothing is recommended.
    const feature = await features.feature(
      'spent',
      ['one', 'two', 'three', 'four'].map((id) => simple(id)),
      home,
      true,
    );
    const item = await feature.item('budget');
    expect(item).toMatchObject({
      id: 'budget-1',
      kind: 'budget',
      prompt: expect.stringContaining('spent: $2.00 of $2.00'),
      options: ['go-on', 'stop'],
    });
    await until('the packet that ran is merged', async () =>
      (await feature.status()).packets.some(({ id, status }) => id === 'one' && status === 'merged'),
    );
    const status = await feature.status();
    expect(status.packets.map(({ status: one }) => one)).toEqual(['merged', 'waiting', 'waiting', 'waiting']);
    expect(status.slots.used).toBe(0);
    expect(status.spent).toMatchObject({ budget: { usd: 2 }, costUsd: { known: 2, unknownRuns: 0 } });
    await feature.decide('budget-1', 'go-on');
    expect((await feature.item('budget-2')).prompt).toContain('spent: $4.00 of $4.00');
    await feature.decide('budget-2', 'go-on');
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      figures: { costUsd: { known: 5, unknownRuns: 0 }, humanInterventions: 2 },
    });
  });

  it('holds a packet back between two of its runs, without its slot, and stops the feature where a person says so', async () => {
    const home = new StubHome(
      limited({ tokens: 100 }),
      ({ phase, run }) =>
        phase === 'implement' && run === 1 ? { kind: 'crashed', reason: 'gone' } : undefined,
      undefined,
      ({ phase }) =>
        phase === 'design' ? { inputTokens: 10, outputTokens: 0 } : { inputTokens: 60, outputTokens: 40 },
    );
    const feature = await features.feature('between', [simple('one')], home);
    expect((await feature.item('budget')).prompt).toContain('spent: 110 tokens of 100 tokens');
    expect(await feature.status()).toMatchObject({
      slots: { used: 0 },
      packets: [{ status: 'blocked', note: "waits for the feature's budget" }],
    });
    expect(home.runs('between', 'one')).toHaveLength(1);
    await feature.decide('budget', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'stopped at the budget: spent: 110 tokens of 100 tokens',
      packets: [{ runs: 1, spent: { tokens: { known: 100 } } }],
    });
  });

  it('lets a packet go on in its session after that', async () => {
    const home = new StubHome(
      limited({ usd: 1 }),
      ({ phase, run }) =>
        phase === 'implement' && run === 1 ? { kind: 'crashed', reason: 'gone' } : undefined,
      undefined,
      ({ phase }) => ({ costUsd: phase === 'design' ? 0 : 1 }),
    );
    const feature = await features.feature('goes-on', [simple('one')], home);
    await feature.decide('budget', 'go-on');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', packets: [{ runs: 2 }] });
    expect(home.runs('goes-on', 'one')[1]?.resume?.sessionId).toBe('session-one');
  });

  it('holds the designer back too', async () => {
    const home = new StubHome(
      limited({ usd: 1 }),
      ({ phase, run }) => (phase === 'design' && run === 1 ? { kind: 'crashed', reason: 'gone' } : undefined),
      undefined,
      ({ run, phase }) => ({ costUsd: phase === 'design' && run === 1 ? 1 : 0 }),
    );
    const feature = await features.feature('designer-held', [simple('one')], home);
    await feature.item('budget');
    expect(home.runs('designer-held', 'design')).toHaveLength(1);
    await feature.decide('budget', 'go-on');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('asks once about runs of which it is not known what they cost, and takes none for nothing', async () => {
    const home = new StubHome(limited({ usd: 10 }), undefined, undefined, ({ phase }) =>
      phase === 'design' ? { costUsd: 3 } : {},
    );
    const after = simple('after', { dependencies: [{ packet: 'one' }] });
    const feature = await features.feature('unknown', [simple('one'), after], home);
    const item = await feature.item('budget');
    expect(item.prompt).toContain("the cost of 1 run isn't known; known: $3.00 of $10.00");
    await feature.decide(item.id, 'go-on');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    // The last run asks nobody: nothing is to start after it.
    expect(report.decisions.filter(({ kind }) => kind === 'budget')).toHaveLength(1);
  });

  it('asks no more about unknown ones where a person allows them all, and holds to what is known', async () => {
    const home = new StubHome(limited({ usd: 2 }, { concurrency: 1 }), undefined, undefined, ({ name }) =>
      name === 'two' ? { costUsd: 3 } : {},
    );
    const feature = await features.feature(
      'all-unknown',
      ['one', 'two', 'three'].map((id) => simple(id)),
      home,
    );
    expect((await feature.item('budget-1')).options).toEqual(['go-on', 'allow-unknown', 'stop']);
    await feature.decide('budget-1', 'allow-unknown');
    expect(await feature.item('budget-2')).toMatchObject({
      prompt: expect.stringContaining('spent: $3.00 of $2.00'),
      options: ['go-on', 'stop'],
    });
    await feature.decide('budget-2', 'go-on');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 2 } });
  });

  it('leaves what costs nothing alone: a person works, and what was submitted is merged', async () => {
    const home = new StubHome(
      limited({ usd: 1 }, { crew: { ...tinyConfig.crew, test: { runner: 'person' } } }),
      undefined,
      undefined,
      costs({ costUsd: 0.5 }),
    );
    const feature = await features.feature(
      'hands',
      [
        simple('one'),
        simple('two', { dependencies: [{ packet: 'one' }] }),
        simple('hands', { kind: 'test' }),
      ],
      home,
    );
    await feature.item('budget');
    await feature.decide('by-hand-hands', 'hand-back');
    await until('what was handed back is merged', async () =>
      (await feature.status()).packets.some(({ id, status }) => id === 'hands' && status === 'merged'),
    );
    await feature.decide('budget', 'stop');
    expect((await feature.report()).packets.map(({ status }) => status)).toEqual([
      'merged',
      'unfinished',
      'merged',
    ]);
  });

  it('adds nothing to the histories of a feature without one', async () => {
    const home = new StubHome(
      unattended,
      ({ phase, run }) =>
        phase === 'implement' && run === 1 ? { kind: 'crashed', reason: 'gone' } : undefined,
      undefined,
      costs({ costUsd: 1 }),
    );
    const feature = await features.feature('no-budget', [simple('one')], home);
    expect((await feature.report()).outcome).toBe('landed');
    const { events } = await features.client.workflow
      .getHandle(packetWorkflowId('no-budget', 'one'))
      .fetchHistory();
    // Its slot given back for its checks, and submitted; told of its turn: no other message.
    const sent = (events ?? []).filter(
      (event) => event.signalExternalWorkflowExecutionInitiatedEventAttributes,
    );
    const got = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
    expect([sent.length, got.length]).toEqual([2, 1]);
  });
});
