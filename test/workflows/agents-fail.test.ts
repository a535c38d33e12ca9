import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunEnd } from '../../src/domain/activities.ts';
import type { TroubleKind } from '../../src/domain/agent-trouble.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from '../support/tiny-repository.ts';

const { crew } = tinyConfig;
const crashed: AgentRunEnd = { kind: 'crashed', reason: 'exit code 3' };
const trouble = (kind: TroubleKind): AgentRunEnd => ({
  kind: 'trouble',
  trouble: { kind, message: `it is ${kind}: see to it` },
});
const simple = (id: string) => tinyPacket(id, { criteria: [] });
const withFallback: Partial<ConfigDraft> = {
  ...unattended,
  crew: {
    ...crew,
    design: { ...crew.design, fallback: { runner: 'claude' } },
    implement: { ...crew.implement, fallback: { runner: 'codex' } },
  },
};

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

describe.concurrent('an agent whose tries are used up', () => {
  it('is followed by the other agent of its role by itself, in a conversation of its own, and the report says so', async () => {
    const home = new StubHome(withFallback, ({ phase, agent }) =>
      phase === 'implement' && agent === undefined ? crashed : undefined,
    );
    const report = await (await features.feature('falls-back', [simple('one')], home)).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      figures: { humanInterventions: 0 },
      handedOver: [{ packet: 'one', from: 'command', to: 'codex', why: 'exit code 3' }],
      packets: [{ id: 'one', runs: 5, status: 'merged' }],
    });
    const runs = home.runs('falls-back', 'one');
    expect(runs.map(({ agent }) => agent)).toEqual([undefined, undefined, undefined, undefined, 'fallback']);
    expect(runs.map(({ resume }) => resume?.sessionId)).toEqual([
      undefined,
      'session-one',
      'session-one',
      'session-one',
      undefined,
    ]);
    expect(runs[4]?.feedback).toMatchObject([
      { kind: 'note', text: expect.stringContaining('could not go on: exit code 3') },
    ]);
  });

  it('tells the other one all that was said before, also by people', async () => {
    const home = new StubHome(withFallback, ({ phase, agent, run }) => {
      if (phase !== 'implement' || agent !== undefined) return undefined;
      return run === 1 ? { kind: 'blocked', question: { text: 'Which colour?' } } : crashed;
    });
    const feature = await features.feature('told', [simple('one')], home);
    await feature.decide('question-one', 'blue');
    expect((await feature.report()).outcome).toBe('landed');
    expect(
      home
        .runs('told', 'one')
        .at(-1)
        ?.feedback.map(({ text }) => text),
    ).toEqual(['You asked: Which colour?\nThe answer: blue', expect.stringContaining('could not go on')]);
  });

  it("is a person's to judge where the other one fails too", async () => {
    const home = new StubHome(withFallback, ({ phase, run }) =>
      phase === 'implement' && run <= 8 ? crashed : undefined,
    );
    const feature = await features.feature('both-fail', [simple('one')], home);
    expect(await feature.item('failing-packet-one')).toMatchObject({
      prompt: "one: the agent can't go on (crashed): exit code 3",
      options: ['retry', 'other-agent', 'take-over', 'drop', 'stop'],
    });
    await feature.decide('failing-packet-one', 'other-agent');
    expect((await feature.report()).outcome).toBe('landed');
    const agents = home.runs('both-fail', 'one').map(({ agent }) => agent ?? 'own');
    expect(agents).toEqual([...Array(4).fill('own'), ...Array(4).fill('fallback'), 'own']);
  });

  it('is the designer: the other one designs', async () => {
    const home = new StubHome(withFallback, ({ phase, agent }) =>
      phase === 'design' && agent === undefined ? crashed : undefined,
    );
    const report = await (await features.feature('designer', [simple('one')], home)).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      handedOver: [{ packet: 'design', from: 'command', to: 'claude' }],
    });
  });

  it('goes to a person where that is who its role names, with nobody asked before', async () => {
    const home = new StubHome(
      { ...unattended, crew: { ...crew, implement: { ...crew.implement, fallback: { runner: 'person' } } } },
      ({ phase }) => (phase === 'implement' ? crashed : undefined),
    );
    const feature = await features.feature('to-person', [simple('one')], home);
    const item = await feature.item('by-hand-one');
    expect(item.prompt).toContain('exit code 3');
    expect(item.options).toEqual(['hand-back', 'agent', 'drop', 'stop']);
    await feature.decide('by-hand-one', 'hand-back');
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      handedOver: [{ packet: 'one', from: 'command', to: 'person' }],
      packets: [{ id: 'one', byHand: 'tester', runs: 4 }],
    });
  });
});

describe.concurrent('trouble that does not pass by itself', () => {
  it('is asked at once, also where there is another agent, and tried again when a person says so', async () => {
    const home = new StubHome(withFallback, ({ phase, run }) =>
      phase === 'implement' && run === 1 ? trouble('not-logged-in') : undefined,
    );
    const feature = await features.feature('login', [simple('one')], home);
    expect(await feature.item('environment-one')).toMatchObject({
      prompt: "one: the agent can't go on (not-logged-in): it is not-logged-in: see to it",
      options: ['retry', 'other-agent', 'take-over', 'drop', 'stop'],
    });
    expect((await feature.status()).slots.used).toBe(0);
    expect(home.runs('login', 'one')).toHaveLength(1);
    await feature.decide('environment-one', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('of the designer may be given to its other agent', async () => {
    const home = new StubHome(withFallback, ({ phase, agent }) =>
      phase === 'design' && agent === undefined ? trouble('unknown-model') : undefined,
    );
    const feature = await features.feature('design-trouble', [simple('one')], home);
    expect((await feature.item('environment')).options).toEqual(['retry', 'other-agent', 'stop']);
    await feature.decide('environment', 'other-agent', 'That one knows it');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.handedOver).toBeUndefined();
    expect(home.runs('design-trouble', 'design')[1]).toMatchObject({
      agent: 'fallback',
      resume: null,
      feedback: [{ kind: 'note' }, { kind: 'advice', text: 'That one knows it' }],
    });
  });

  it('such as a run that spent its budget goes on in its session with as much again, never by itself', async () => {
    const home = new StubHome(
      { ...withFallback, approvals: { design: 'ask', release: 'ask' } },
      ({ phase, run }) =>
        phase === 'implement' && run === 1 ? { kind: 'over-budget', reason: 'it spent $2.00' } : undefined,
    );
    const feature = await features.feature('over-budget', [simple('one')], home, true);
    expect(await feature.item('budget-one')).toMatchObject({
      kind: 'budget',
      prompt: expect.stringContaining('it spent $2.00'),
      options: ['go-on', 'other-agent', 'take-over', 'drop', 'stop'],
    });
    await feature.decide('budget-one', 'go-on');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.runs('over-budget', 'one')[1]?.resume).toEqual({ sessionId: 'session-one', answer: null });
  });
});

describe.concurrent('a role that is a person', () => {
  const byPerson: Partial<ConfigDraft> = {
    ...unattended,
    concurrency: 1,
    crew: { ...crew, test: { runner: 'person' } },
  };

  it('gets its packets with no agent run and no slot, also while agents hold all of them', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const home = new StubHome(byPerson, undefined, async ({ name }) => {
      if (name === 'slow') await held;
    });
    const feature = await features.feature(
      'person',
      [simple('slow'), tinyPacket('hands', { kind: 'test', criteria: [] })],
      home,
    );
    const item = await feature.item('by-hand-hands');
    expect(item.options).toEqual(['hand-back', 'drop', 'stop']);
    expect(item.prompt).toContain('Add src/hands.txt');
    await until('the agent works', async () => home.runs('person', 'slow').length === 1);
    expect((await feature.status()).slots).toEqual({ used: 1, of: 1 });
    await feature.decide('by-hand-hands', 'hand-back', 'looked at it all');
    await until('it is merged', async () =>
      (await feature.status()).packets.some(({ id, status }) => id === 'hands' && status === 'merged'),
    );
    goOn();
    const report = await feature.report();
    expect(report.packets).toMatchObject([
      { id: 'slow', runs: 1 },
      { id: 'hands', runs: 0, byHand: 'tester' },
    ]);
    expect(home.runs('person', 'hands')).toEqual([]);
  });

  it('may drop it, and what depends on it is dropped too', async () => {
    const home = new StubHome({ ...byPerson, crew: { ...crew, implement: { runner: 'person' } } });
    const after = tinyPacket('after', { criteria: [], dependencies: [{ packet: 'hands' }] });
    const feature = await features.feature('person-drops', [simple('hands'), after], home);
    await feature.decide('by-hand-hands', 'drop', 'not needed');
    const report = await feature.report();
    expect(report.packets).toMatchObject([
      { id: 'hands', status: 'dropped', why: 'not needed' },
      { id: 'after', status: 'dropped' },
    ]);
  });
});

describe('a packet that ends without an outcome', () => {
  it('has its runs in the report all the same', async () => {
    const home = new StubHome(
      unattended,
      ({ phase, run }) =>
        phase !== 'implement' ? undefined : run === 1 ? crashed : { kind: 'failed', reason: 'no idea' },
      undefined,
      () => ({ costUsd: 1 }),
    );
    const feature = await features.feature('stopped', [simple('one')], home);
    await feature.decide('failing-packet-one', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      packets: [{ id: 'one', status: 'unfinished', runs: 2 }],
      figures: { costUsd: { known: 3, unknownRuns: 0 } },
    });
  });
});
