import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunEnd } from '../../../src/domain/activities.ts';
import { StubHome, stubCheck } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const { crew } = tinyConfig;
const simple = (id: string) => tinyPacket(id, { criteria: [] });
const blocked: AgentRunEnd = { kind: 'blocked', question: { text: 'Which colour?' } };
/** The packet's runs end so, one after the other; the rest is done. */
const ending = (...ends: (AgentRunEnd | undefined)[]) =>
  new StubHome(unattended, ({ phase, run }) => (phase === 'implement' ? ends[run - 1] : undefined));

describe.concurrent('what is said to an agent', () => {
  it('is said again where the run could not hear it: a person is not asked twice', async () => {
    const home = ending(blocked, { kind: 'missing', reason: 'it is not there' });
    const feature = await features.feature('unheard', [simple('one')], home);
    await feature.decide('question-one', 'blue');
    await feature.decide('environment-one', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
    const runs = home.runs('unheard', 'one');
    expect(runs.map(({ resume }) => resume?.answer)).toEqual([undefined, 'blue', 'blue']);
    expect(runs[2]?.feedback).toMatchObject([{ kind: 'advice', text: 'Try again.' }]);
  });

  it('goes with each later run, for a session that turns out to be lost', async () => {
    const home = ending(blocked, { kind: 'crashed', reason: 'gone' });
    const feature = await features.feature('earlier', [simple('one')], home);
    await feature.decide('question-one', 'blue');
    expect((await feature.report()).outcome).toBe('landed');
    const [first, , last] = home.runs('earlier', 'one');
    expect(first).not.toHaveProperty('earlier');
    expect(last).toMatchObject({
      resume: { answer: null },
      earlier: [{ kind: 'advice', text: 'You asked: Which colour?\nThe answer: blue' }],
    });
  });

  it('goes to the other agent that a person chooses, also what was said in a former piece of work', async () => {
    const home = new StubHome(
      { ...unattended, crew: { ...crew, implement: { ...crew.implement, fallback: { runner: 'codex' } } } },
      ({ phase, run }) =>
        phase !== 'implement'
          ? undefined
          : [blocked, undefined, { kind: 'failed' as const, reason: 'no idea' }][run - 1],
    );
    let looks = 0;
    home.override.verify = async ({ name }) =>
      home.verified(name === 'one' && ++looks === 1 ? { checks: [stubCheck('lint')] } : {});
    const feature = await features.feature('to-another', [simple('one')], home);
    await feature.decide('question-one', 'blue');
    await feature.decide('failing-packet-one', 'other-agent');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.runs('to-another', 'one')[3]).toMatchObject({
      agent: 'fallback',
      resume: null,
      feedback: [
        { kind: 'advice', text: 'You asked: Which colour?\nThe answer: blue' },
        { kind: 'check' },
        { kind: 'note', text: expect.stringContaining('no idea') },
      ],
    });
  });

  it('goes to the agent again that a person gives the packet back to, whom it was shown meanwhile', async () => {
    const home = ending({ kind: 'failed', reason: 'no idea' });
    const feature = await features.feature('back-again', [simple('one')], home);
    await feature.item('failing-packet-one');
    await feature.signal('unblock', { packet: 'one', message: 'Mind the gap', by: 'tester' });
    await feature.decide('failing-packet-one', 'take-over');
    expect((await feature.item('by-hand-one')).prompt).toContain('Mind the gap');
    await feature.decide('by-hand-one', 'agent');
    expect((await feature.report()).outcome).toBe('landed');
    const said = home
      .runs('back-again', 'one')[1]
      ?.feedback.map(({ text }) => text)
      .join('\n');
    expect(said).toContain('Mind the gap');
  });

  it('is told again to a session that is lost, whatever kind it is, until the work it is about is done', async () => {
    const home = ending(undefined, { kind: 'crashed', reason: 'gone' });
    let looks = 0;
    home.override.verify = async ({ name }) =>
      home.verified(name === 'one' && ++looks === 1 ? { checks: [stubCheck('lint')] } : {});
    const feature = await features.feature('all-kinds', [simple('one')], home);
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.runs('all-kinds', 'one')[2]).toMatchObject({
      feedback: [{ kind: 'note' }],
      earlier: [{ kind: 'check', text: expect.stringContaining('"lint" is red') }],
    });
  });

  it('is answered by itself ten times, then by a person: an agent that only asks does not run for ever', async () => {
    const question = { text: 'Which colour?', options: ['blue', 'red'], recommended: 'blue' };
    const home = ending(...Array.from({ length: 11 }, () => ({ kind: 'blocked' as const, question })));
    const feature = await features.feature('asks-only', [simple('one')], home, true);
    const item = await feature.item('question-one');
    expect(item).not.toHaveProperty('recommended');
    expect(home.runs('asks-only', 'one')).toHaveLength(11);
    await feature.decide(item.id, 'red');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 1 } });
  });
});
