import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { MergeInput, MergePreparation } from '../../../src/domain/activities.ts';
import { StubHome, stubCheck } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const head = '2'.repeat(40);
const lint = stubCheck('lint', { tail: 'no semicolon' });
const red: MergePreparation = { kind: 'red', head, checks: [lint], unmet: [] };
const conflict: MergePreparation = { kind: 'conflict', head, files: ['src/shared.js'], output: 'both' };
/** A home that prepares the merges of the packet `one` so, as long as there is an answer. */
const merging = (answer: (input: MergeInput) => MergePreparation | undefined) => {
  const home = new StubHome(unattended);
  home.override.prepareMerge = async (input) =>
    (input.name === 'one' ? answer(input) : undefined) ?? home.mergeable(input);
  return home;
};

describe.concurrent('rounds of feedback', () => {
  it.each([
    {
      id: 'red-for-ever',
      what: 'a merge that is red',
      why: red,
      kind: 'failing-packet',
      says: 'The check "lint" is red',
    },
    {
      id: 'conflict-for-ever',
      what: 'a merge that conflicts',
      why: conflict,
      kind: 'conflict',
      says: 'met conflicts',
    },
  ])('about $what are three, then a person is asked, and three more after a retry', async (one) => {
    const { id, why, kind, says } = one;
    const home = merging(() => why);
    const feature = await features.feature(id, [simple('one')], home);
    const first = await feature.item(`${kind}-one-1`);
    expect(first.options).toEqual(['retry', 'take-over', 'drop', 'stop']);
    expect(first.prompt).toContain('one is not done after 3 rounds of feedback:');
    expect(first.prompt).toContain(says);
    expect(home.runs(id, 'one')).toHaveLength(4);
    await feature.decide(`${kind}-one-1`, 'retry', 'Look at the log');
    await feature.item(`${kind}-one-2`);
    const runs = home.runs(id, 'one');
    expect(runs).toHaveLength(8);
    expect(runs[4]?.feedback.at(-1)).toMatchObject({ kind: 'advice', text: 'Look at the log' });
    await feature.decide(`${kind}-one-2`, 'stop');
    expect(await feature.report()).toMatchObject({ outcome: 'stopped', reason: 'stopped at packet one' });
    expect(home.inputs('moveBranch', 'one')).toEqual([]);
  });

  it('about work that is not done are three, then a person is asked, and three more after a retry', async () => {
    const id = 'undone-for-ever';
    const home = new StubHome(unattended);
    home.override.verify = async ({ name }) => home.verified(name === 'one' ? { checks: [lint] } : {});
    const feature = await features.feature(id, [simple('one')], home);
    await feature.item('failing-packet-one-1');
    expect(home.runs(id, 'one')).toHaveLength(4);
    await feature.decide('failing-packet-one-1', 'retry');
    await feature.item('failing-packet-one-2');
    expect(home.runs(id, 'one')).toHaveLength(8);
    await feature.decide('failing-packet-one-2', 'drop', 'not needed');
    const report = await feature.report();
    expect(report.packets).toMatchObject([{ id: 'one', status: 'dropped', why: 'not needed' }]);
  });

  it('are counted by what they are about: three of each before anybody is asked', async () => {
    const home = merging(({ submission }) =>
      submission <= 3 ? red : submission <= 6 ? conflict : undefined,
    );
    const looks = () => home.inputs('verify', 'one').length;
    home.override.verify = async ({ name }) =>
      home.verified(name === 'one' && looks() <= 3 ? { checks: [lint] } : {});
    const report = await (await features.feature('each-cause', [simple('one')], home)).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      packets: [{ status: 'merged', runs: 10, submissions: 7 }],
      figures: { humanInterventions: 0 },
    });
  });
});

describe.concurrent('criteria', () => {
  const criterion = { index: 0, text: 'It adds', reason: 'no test "cart > adds" is green' };

  it('that are unmet only in what would be merged send the packet back, which is told of them', async () => {
    const home = merging(({ submission }) =>
      submission === 1 ? { kind: 'red', head, checks: [], unmet: [{ ...criterion, met: false }] } : undefined,
    );
    const report = await (await features.feature('unmet-at-merge', [simple('one')], home)).report();
    expect(report.packets).toMatchObject([{ status: 'merged', runs: 2, submissions: 2 }]);
    expect(home.runs('unmet-at-merge', 'one')[1]?.feedback).toMatchObject([
      { kind: 'criteria', text: expect.stringContaining('1. It adds: no test "cart > adds" is green') },
    ]);
    expect(home.inputs('bringUpTo', 'one')).toHaveLength(1);
    expect(home.inputs('moveBranch', 'one')).toHaveLength(1);
  });

  const asked = (id: string) => {
    const home = new StubHome(unattended);
    home.override.verify = async ({ name, ticked }) =>
      home.verified(
        name === 'one' ? { criteria: [{ ...criterion, met: ticked.includes(0) ? true : 'person' }] } : {},
      );
    const packet = tinyPacket('one', { criteria: [{ text: 'It adds' }] });
    return features.feature(id, [packet], home).then((feature) => ({ home, feature }));
  };

  it('that a person finds unmet send the packet back with what the person says, and are asked about anew', async () => {
    const { home, feature } = await asked('unaccepted');
    const { options } = await feature.item('acceptance-one-1');
    expect(options).toEqual(['met', 'send-back', 'take-over', 'drop', 'stop']);
    await feature.decide('acceptance-one-1', 'send-back', 'It subtracts');
    await feature.decide('acceptance-one-2', 'met');
    expect((await feature.report()).packets).toMatchObject([{ status: 'merged', runs: 2 }]);
    expect(home.runs('unaccepted', 'one')[1]?.feedback).toEqual([
      { kind: 'advice', text: 'It subtracts', files: [] },
    ]);
    expect(home.inputs('prepareMerge', 'one')).toMatchObject([{ ticked: [0] }]);
  });

  it('that a person finds unmet may be the end of the packet, or of the feature', async () => {
    const [dropped, ended] = await Promise.all([asked('unmet-dropped'), asked('unmet-stopped')]);
    await dropped.feature.decide('acceptance-one', 'drop');
    await ended.feature.decide('acceptance-one', 'stop');
    expect((await dropped.feature.report()).packets).toMatchObject([{ status: 'dropped' }]);
    expect(await ended.feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'stopped at packet one',
    });
    expect(dropped.home.inputs('moveBranch', 'one')).toEqual([]);
  });

  it('that a person finds unmet may be met by the same person by hand', async () => {
    const { home, feature } = await asked('unmet-by-hand');
    await feature.decide('acceptance-one', 'take-over');
    await feature.decide('by-hand-one', 'agent', 'Not mine after all');
    await feature.decide('acceptance-one-2', 'take-over');
    await feature.decide('by-hand-one-2', 'hand-back', 'added');
    await feature.decide('acceptance-one-3', 'met');
    expect((await feature.report()).packets).toMatchObject([{ status: 'merged', runs: 2 }]);
    expect(home.runs('unmet-by-hand', 'one')[1]?.feedback).toMatchObject([{ text: 'Not mine after all' }]);
    expect(home.inputs('prepareByHand')).toHaveLength(2);
  });
});
