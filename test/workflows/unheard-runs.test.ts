import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunEnd, AgentRunInput } from '../../src/domain/activities.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import { until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

/** Longer than any test: who is in it waits for the next attempt until somebody cancels the call. */
const NEXT_TRY = '10m';
const hubAway = () =>
  ApplicationFailure.create({
    type: 'Outage',
    message: 'the hub is away',
    details: [{ where: 'the hub' }],
    nextRetryDelay: NEXT_TRY,
  });
const nothingBegan = () =>
  ApplicationFailure.create({ type: 'HeldBack', message: 'no agent had begun', nonRetryable: true });
const simple = (id: string) => tinyPacket(id, { criteria: [] });
const costs = { known: 4, unknownRuns: 0 };

/**
 * A home in which the first call for the packet's first run is not answered, because the hub is away then; `end`: what the
 * run came to, for whoever asks.
 */
const homeWithOutage = (end?: (input: AgentRunInput) => AgentRunEnd | undefined) =>
  new StubHome(
    unattended,
    (input) => (input.unheard === true ? end?.(input) : undefined),
    async ({ phase, run, unheard }) => {
      if (phase === 'implement' && run === 1 && unheard !== true) throw hubAway();
    },
    ({ phase, run }) => ({ costUsd: phase === 'design' ? 0 : run === 1 ? 3 : 1 }),
  );

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

/** A feature whose packet `one` waits for the next attempt at its first run. */
const waiting = async (id: string, home: StubHome) => {
  const feature = await features.feature(id, [simple('one')], home);
  await until('the run was tried', async () => home.runs(id, 'one').length === 1);
  return feature;
};
const advice = { packet: 'one', message: 'Make it blue', by: 'tester' };

describe.concurrent('a run whose call is cancelled without an answer', () => {
  it('because of advice is heard of before the next one, which goes on in its session: nothing is paid twice', async () => {
    const home = homeWithOutage();
    const feature = await waiting('unheard-done', home);
    await feature.signal('unblock', advice);
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one', runs: 2 }],
      figures: { costUsd: costs },
    });
    const runs = home.runs('unheard-done', 'one');
    expect(runs.map(({ run, unheard }) => [run, unheard])).toEqual([
      [1, undefined],
      [1, true],
      [2, undefined],
    ]);
    expect(runs[2]).toMatchObject({
      resume: { sessionId: 'session-one' },
      feedback: [{ kind: 'advice', text: 'Make it blue\n(from tester)' }],
    });
  });

  it('is heard of where its agent had been stopped: what that was told is told again, in its session', async () => {
    const home = homeWithOutage(() => ({ kind: 'interrupted' }));
    const feature = await waiting('unheard-stopped', home);
    await feature.signal('unblock', advice);
    expect(await feature.report()).toMatchObject({ packets: [{ runs: 2 }], figures: { costUsd: costs } });
    expect(home.runs('unheard-stopped', 'one')[2]).toMatchObject({
      run: 2,
      resume: { sessionId: 'session-one' },
      feedback: [{ text: 'Make it blue\n(from tester)' }],
    });
  });

  it('has its question put to people, and the next run hears the answer and the advice', async () => {
    const home = homeWithOutage(() => ({ kind: 'blocked', question: { text: 'Which colour?' } }));
    const feature = await waiting('unheard-asks', home);
    await feature.signal('unblock', advice);
    await feature.decide('question-one', 'red');
    expect(await feature.report()).toMatchObject({ packets: [{ runs: 2 }], figures: { costUsd: costs } });
    expect(home.runs('unheard-asks', 'one')[2]).toMatchObject({
      run: 2,
      resume: { sessionId: 'session-one', answer: 'red' },
      feedback: [{ text: 'Make it blue\n(from tester)' }],
    });
  });

  it('counts for nothing where no agent had begun', async () => {
    const home = homeWithOutage(() => {
      throw nothingBegan();
    });
    const feature = await waiting('unheard-nothing', home);
    await feature.signal('unblock', advice);
    expect(await feature.report()).toMatchObject({ outcome: 'landed', packets: [{ id: 'one', runs: 1 }] });
    expect(home.runs('unheard-nothing', 'one').at(-1)).toMatchObject({ resume: null });
  });
});

/** A home in which the runs of a phase are never answered; whoever removes their trees hears what they cost. */
const homeForTheLast = (phase: 'design' | 'implement', error: () => Error) => {
  const home = new StubHome(
    unattended,
    undefined,
    async (input) => {
      if (input.phase === phase) throw error();
    },
    () => ({ costUsd: 0 }),
  );
  const ended = new StubHome(
    {},
    () => ({ kind: 'interrupted' }),
    undefined,
    () => ({ costUsd: 3 }),
  ).activities();
  home.override = {
    removeTree: async (input) => ('unheard' in input ? ended.implement(input) : undefined),
  };
  return home;
};
/** What the feature's report, as it was saved, says of money. */
const costSaved = async (home: StubHome) => {
  const { report } = await until('the report is saved', async () => home.inputs('saveReport')[0]);
  return { known: report.figures.costUsd?.known, packets: report.packets.map(({ id, runs }) => [id, runs]) };
};

describe.concurrent('a run that is not answered, and that no other comes after', () => {
  it('since its packet is dropped has its cost in the report', async () => {
    const home = homeForTheLast('implement', hubAway);
    const feature = await waiting('unheard-dropped', home);
    await feature.handle.executeUpdate(UPDATES.plan, { args: [{ drop: ['one'], by: 'tester' }] });
    await feature.handle.result();
    expect(await costSaved(home)).toEqual({ known: 3, packets: [['one', 1]] });
    expect(home.inputs('removeTree', 'one')[0]).toMatchObject({ name: 'one', run: 1, unheard: true });
  });

  it('since the feature is cancelled has its cost in the report', async () => {
    const home = homeForTheLast('implement', hubAway);
    const feature = await waiting('unheard-cancelled', home);
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toThrow();
    expect(await costSaved(home)).toEqual({ known: 3, packets: [['one', 1]] });
  });

  it('since a person stops the feature has its cost in the report', async () => {
    const home = homeForTheLast('implement', () =>
      ApplicationFailure.create({ type: 'Gone', message: 'the hub is gone', nonRetryable: true }),
    );
    const feature = await waiting('unheard-ends', home);
    await feature.decide('environment-one', 'stop');
    expect((await feature.report()).outcome).toBe('stopped');
    expect(await costSaved(home)).toEqual({ known: 3, packets: [['one', 1]] });
  });

  it('of a designer, since the feature is cancelled, has its cost in the report', async () => {
    const home = homeForTheLast('design', hubAway);
    const feature = await features.feature('unheard-design', [simple('one')], home);
    await until('the run was tried', async () => home.runs('unheard-design', 'design').length === 1);
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toThrow();
    expect((await costSaved(home)).known).toBe(3);
  });
});
