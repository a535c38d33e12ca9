import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BaselineResult } from '../../../src/domain/activities.ts';
import { COMMIT_MESSAGES } from '../../../src/domain/checks.ts';
import { StubHome, stubCheck } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const packet = tinyPacket('one', { criteria: [] });
const failing = Array.from({ length: 20 }, (_, n) => `cart > case ${n}`);
const red: BaselineResult = {
  checks: [
    stubCheck('test', {
      exitCode: 7,
      failing,
      tests: { total: 30, passing: 5, failing: 25, skipped: 0 },
      tail: 'not shown',
    }),
    stubCheck('lint', { exitCode: 2, tail: 'no semicolon' }),
    stubCheck('types', { exitCode: 1 }),
    stubCheck('docs', { passed: true, exitCode: 0 }),
  ],
  tests: null,
  leftBehind: ['build/'],
};

describe.concurrent('the base', () => {
  it('that is red is put to people with the tests that fail and the exit codes, and measured again when they say so', async () => {
    const home = new StubHome(unattended);
    const measured: BaselineResult[] = [red, { checks: [], tests: null }];
    home.override.baseline = async () => measured.shift() as BaselineResult;
    const feature = await features.feature('red-base', [packet], home, true);
    const { prompt, options } = await feature.item('environment');
    expect(prompt).toBe(
      [
        'The base branch main is red before anything was done: test (exit code 7):',
        ...failing.map((name) => `- ${name}`),
        '- and 5 more',
        'lint (exit code 2):',
        'no semicolon',
        'types (exit code 1):',
        '(it printed nothing)',
        '',
        'Measured on 111111111111, which this feature keeps to: retry measures that commit again, after the machine was mended or for a test that fails now and then. If main itself is mended, stop here, and start the feature again: it begins on the new commit then.',
      ].join('\n'),
    );
    expect(options).toEqual(['retry', 'go-on', 'stop']);
    await feature.decide('environment', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    // What was seen before it was put right is no news.
    expect(report.knownRed).toBeUndefined();
    expect(report.leftBehind).toBeUndefined();
  });

  it('whose hooks would take no message is put to people in the hook’s words, and is no red check of the tree once they go on', async () => {
    const home = new StubHome(unattended);
    const tail =
      'The hook refuses "Add it":\n✖   type may not be empty [type-empty]\n\n✖   found 1 problems\nSet commits.subject.';
    const messages = stubCheck(COMMIT_MESSAGES, { exitCode: 1, tail });
    home.override.baseline = async () => ({ checks: [messages], tests: null });
    const feature = await features.feature('refused-messages', [packet], home, true);
    const { prompt } = await feature.item('environment');
    expect(prompt).toContain(`commit messages (exit code 1):\n${tail}\n`);
    await feature.decide('environment', 'go-on');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.knownRed).toBeUndefined();
  });

  it('on which set-up and checks leave something behind tells every packet, so that it is kept out of commits', async () => {
    const home = new StubHome(unattended);
    const leftBehind = ['build/', 'report.json'];
    home.override.baseline = async () => ({ checks: [], tests: null, leftBehind });
    const report = await (await features.feature('left-behind', [packet], home)).report();
    expect(report.leftBehind).toEqual(leftBehind);
    for (const activity of ['verify', 'prepareMerge', 'moveBranch'] as const)
      expect(home.inputs(activity, 'one')).toMatchObject([{ leftBehind }]);
    expect(home.runs('left-behind', 'one')).toMatchObject([{ leftBehind }]);
  });
});
