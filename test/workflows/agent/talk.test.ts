import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunEnd } from '../../../src/domain/activities.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

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
