import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { VerifyInput } from '../../src/domain/activities.ts';
import { testId, type VanishedTest } from '../../src/domain/checks.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const gone: VanishedTest[] = [
  { check: 'test', name: 'cart > adds', file: 'tests/cart.js', now: 'missing' },
  { check: 'test', name: 'cart > clears', now: 'skipped' },
];
const goneIds = gone.map(testId);

/** Everything that is refused, as long as nobody allowed it. */
const vanishing = ({ allowedTests = [] }: VerifyInput) => ({
  vanished: gone.filter((test) => !allowedTests.includes(testId(test))),
});

describe.concurrent('work that Baton refuses', () => {
  it('outside of its boundaries goes back three times, then a person sees its diff and allows it by name', async () => {
    const home = new StubHome(unattended);
    home.override.verify = async (input) => {
      const left = (files: string[]) =>
        input.packet === null ? [] : files.filter((file) => !input.allowed.includes(file));
      return home.verified({
        outside: left(['README.md']),
        protected: left(['check.sh']),
        protectedDiff: '-exit $status\n+exit 0',
      });
    };
    // With --yes too: nothing is recommended.
    const feature = await features.feature('outside', [simple('one')], home, true);
    const item = await feature.item('boundary-one');
    expect(item.prompt).toBe(
      'one changed files it may not change: README.md, check.sh\n\n-exit $status\n+exit 0',
    );
    expect(item.options).toEqual(['extend-boundary', 'send-back', 'take-over', 'drop', 'stop']);
    expect(item.recommended).toBeUndefined();
    const runs = home.runs('outside', 'one');
    expect(runs.map(({ feedback }) => feedback.map(({ kind, files }) => [kind, files]))).toEqual([
      [],
      ...Array(3).fill([
        ['boundary', ['check.sh']],
        ['boundary', ['README.md']],
      ]),
    ]);
    await feature.decide('boundary-one', 'extend-boundary');
    const report = await feature.report();
    const names = ['README.md', 'check.sh'];
    expect(report.packets[0]).toMatchObject({
      status: 'merged',
      runs: 4,
      allowances: [{ what: 'files', names, by: 'tester' }],
    });
    expect(home.inputs('verify', 'one').map(({ allowed }) => allowed)).toEqual([[], [], [], [], names]);
    expect(home.inputs('prepareMerge', 'one')).toMatchObject([{ allowed: names }]);
    expect(home.inputs('prepareLanding')).toMatchObject([{ allowed: names }]);
  });

  it('with what looks like a secret goes back three times, then a person allows it by name', async () => {
    const home = new StubHome(unattended);
    const secret = { path: 'src/one.txt', what: 'it has the value of API_KEY', allowance: 'just this' };
    home.override.verify = async ({ packet, allowed }) =>
      home.verified(packet === null || allowed.includes('just this') ? {} : { secrets: [secret] });
    const feature = await features.feature('secret', [simple('one')], home, true);
    const item = await feature.item('boundary-one');
    expect(item.prompt).toContain('- src/one.txt: it has the value of API_KEY\n');
    expect(item.options).toEqual(['allow', 'send-back', 'take-over', 'drop', 'stop']);
    expect(item.recommended).toBeUndefined();
    const runs = home.runs('secret', 'one');
    expect(runs.map(({ feedback }) => feedback.map(({ kind }) => kind))).toEqual([
      [],
      ...Array(3).fill(['boundary']),
    ]);
    expect(runs[1]?.feedback[0]?.text).toContain('src/one.txt: it has the value of API_KEY');
    await feature.decide('boundary-one', 'allow');
    const report = await feature.report();
    expect(report.packets[0]).toMatchObject({
      status: 'merged',
      allowances: [{ what: 'secrets', names: ['src/one.txt: it has the value of API_KEY'], by: 'tester' }],
    });
    expect(home.inputs('prepareLanding')).toMatchObject([{ allowed: [] }]);
  });

  it('without tests that passed before is allowed by a person, test by test, and goes on as allowed', async () => {
    const home = new StubHome(unattended);
    home.override.verify = async (input) => home.verified(input.packet === null ? {} : vanishing(input));
    const feature = await features.feature('vanished', [simple('one')], home, true);
    const item = await feature.item('vanished-tests-one');
    expect(item).toMatchObject({
      kind: 'vanished-tests',
      prompt:
        'Tests that passed before one are missing or skipped with it:\n' +
        '- test: tests/cart.js: cart > adds (missing)\n- test: cart > clears (skipped)',
      options: ['allow', 'send-back', 'take-over', 'drop', 'stop'],
    });
    expect(item.recommended).toBeUndefined();
    const runs = home.runs('vanished', 'one');
    expect(runs).toHaveLength(4);
    expect(runs[1]?.feedback).toMatchObject([
      { kind: 'check', text: expect.stringContaining('cart > adds (missing)') },
    ]);
    await feature.decide('vanished-tests-one', 'allow');
    const report = await feature.report();
    expect(report.packets[0]?.allowances).toEqual([{ what: 'tests', names: goneIds, by: 'tester' }]);
    expect(home.inputs('verify', 'one').map(({ allowedTests }) => allowedTests)).toEqual([
      ...Array(4).fill([]),
      goneIds,
    ]);
    expect(home.inputs('prepareMerge', 'one')).toMatchObject([{ allowedTests: goneIds, allowed: [] }]);
    expect(home.inputs('prepareLanding')).toMatchObject([{ allowed: [] }]);
  });

  it('is allowed only as far as the question showed it: what does not fit is asked about next', async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({
      check: 'test',
      name: `cart > case ${n} ${'of very many '.repeat(9)}`,
      now: 'missing' as const,
    }));
    const home = new StubHome(unattended);
    home.override.verify = async ({ packet, allowedTests = [] }) =>
      home.verified(
        packet === null ? {} : { vanished: many.filter((test) => !allowedTests.includes(testId(test))) },
      );
    const feature = await features.feature('many-vanished', [simple('one')], home);
    const prompts: string[] = [];
    for (const n of [1, 2, 3]) {
      prompts.push((await feature.item(`vanished-tests-one-${n}`)).prompt);
      await feature.decide(`vanished-tests-one-${n}`, 'allow');
    }
    const { allowances = [] } = (await feature.report()).packets[0] ?? {};
    expect(allowances.flatMap(({ names }) => names)).toEqual(many.map(testId));
    expect(prompts[0]).toContain('(and 27 more, which are asked about next)');
    for (const [n, { names }] of allowances.entries()) {
      expect(prompts[n]?.length).toBeLessThan(4000);
      expect(names.filter((name) => !prompts[n]?.includes(name))).toEqual([]);
    }
  });

  it('that a person sends back has three more rounds, is told why, and leaves nothing allowed', async () => {
    const home = new StubHome(unattended);
    const runs = () => home.runs('sent-back', 'one');
    home.override.verify = async (input) =>
      home.verified(input.packet === null || runs().length > 7 ? {} : vanishing(input));
    const feature = await features.feature('sent-back', [simple('one')], home);
    await feature.decide('vanished-tests-one', 'send-back', 'The cart needs them');
    const report = await feature.report();
    expect(report.packets[0]).toMatchObject({ status: 'merged', runs: 8 });
    expect(report.packets[0]?.allowances).toBeUndefined();
    expect(report.figures.humanInterventions).toBe(1);
    expect(runs()[4]?.feedback).toMatchObject([
      { kind: 'check', text: expect.stringContaining('cart > adds') },
      { kind: 'advice', text: 'The cart needs them' },
    ]);
    expect(home.inputs('prepareMerge', 'one')).toMatchObject([{ allowedTests: [] }]);
  });

  it('with lines like conflict markers in files that conflicted is accepted by a person, file by file', async () => {
    const home = new StubHome(unattended);
    let merges = 0;
    home.override = {
      prepareMerge: async (input) => {
        if (input.packet === null || ++merges > 1) return home.mergeable(input);
        return { kind: 'conflict', head: '2'.repeat(40), files: ['docs/markers.md'], output: 'both' };
      },
      bringUpTo: async () => ({ kind: 'conflict', files: ['docs/markers.md', 'src/shared.js'] }),
      verify: async ({ conflicted = [] }) =>
        home.verified({ markers: conflicted.filter((file) => file.endsWith('.md')) }),
    };
    const feature = await features.feature('markers', [simple('one')], home, true);
    const item = await feature.item('conflict-one');
    expect(item.prompt).toContain('look like conflict markers in files that conflicted: docs/markers.md');
    expect(item.options).toEqual(['accept', 'send-back', 'take-over', 'drop', 'stop']);
    await feature.decide('conflict-one', 'accept');
    const report = await feature.report();
    expect(report.packets[0]?.allowances).toEqual([
      { what: 'markers', names: ['docs/markers.md'], by: 'tester' },
    ]);
    const both = ['docs/markers.md', 'src/shared.js'];
    expect(home.inputs('verify', 'one').map(({ conflicted }) => conflicted)).toEqual([
      [],
      ...Array(4).fill(both),
      ['src/shared.js'],
    ]);
    expect(home.inputs('prepareMerge', 'one').map(({ conflicted }) => conflicted)).toEqual([
      [],
      ['src/shared.js'],
    ]);
    // What the agent was told of its first submission.
    expect(home.runs('markers', 'one')[1]?.feedback).toMatchObject([{ kind: 'conflict', files: both }]);
  });

  it('since its paths cannot be committed is nothing that a person could allow', async () => {
    const home = new StubHome(unattended);
    home.override.verify = async ({ packet }) =>
      home.verified(
        packet === null || home.runs('unusable', 'one').length > 4
          ? {}
          : { unusable: ['src/a: a git repository of its own'] },
      );
    const feature = await features.feature('unusable', [simple('one')], home);
    const item = await feature.item('failing-packet-one');
    expect(item.prompt).toContain("These paths can't be committed:\n- src/a: a git repository of its own");
    expect(item.options).toEqual(['retry', 'take-over', 'drop', 'stop']);
    await feature.decide('failing-packet-one', 'retry');
    expect((await feature.report()).packets[0]?.runs).toBe(5);
  });
});

describe.concurrent('a merge that may not be made', () => {
  it('sends its packet back with everything that keeps it from being made, and asks a person after three rounds', async () => {
    const home = new StubHome(unattended);
    home.override.prepareMerge = async (input) =>
      input.packet === null || input.submission > 4
        ? home.mergeable(input)
        : {
            kind: 'red',
            head: '2'.repeat(40),
            checks: [],
            unmet: [],
            outside: ['README.md'],
            protected: ['check.sh'],
            markers: ['src/shared.js'],
            vanished: gone,
          };
    const feature = await features.feature('unmergeable', [simple('one')], home);
    const item = await feature.item('failing-packet-one');
    expect(item.prompt).toContain('README.md');
    await feature.decide('failing-packet-one', 'retry');
    const report = await feature.report();
    expect(report.packets[0]).toMatchObject({ status: 'merged', submissions: 5, runs: 5 });
    expect(home.runs('unmergeable', 'one')[1]?.feedback).toMatchObject([
      { kind: 'boundary', files: ['check.sh'] },
      { kind: 'boundary', files: ['README.md'] },
      { kind: 'conflict', files: ['src/shared.js'] },
      { kind: 'check', text: expect.stringContaining('cart > adds (missing)') },
    ]);
    // The next round stands on the head that it was judged on.
    expect(home.inputs('bringUpTo', 'one')).toHaveLength(4);
  });

  it('since a criterion now needs a person is made once a person ticked that', async () => {
    const home = new StubHome(unattended);
    const criterion = { index: 0, text: 'It is kind', reason: 'only a person can tell' };
    const submitted = () => home.inputs('prepareMerge', 'one').length > 0;
    home.override = {
      verify: async ({ packet }) =>
        home.verified(
          packet === null ? {} : { criteria: [{ ...criterion, met: submitted() ? 'person' : true }] },
        ),
      prepareMerge: async (input) => {
        if (input.packet === null) return home.mergeable(input);
        if (!input.ticked.includes(0))
          return { kind: 'red', head: '2'.repeat(40), checks: [], unmet: [{ ...criterion, met: 'person' }] };
        const proven = { ...criterion, met: true, namedBy: 'person', evidence: [{ person: true }] } as const;
        return home.mergeable(input, { criteria: [proven] });
      },
    };
    const packet = tinyPacket('one', { criteria: [{ text: 'It is kind' }] });
    const feature = await features.feature('ticked', [packet], home, true);
    const item = await feature.item('acceptance-one');
    expect(item.prompt).toBe('Is this met by one?\n- It is kind (only a person can tell)');
    expect(home.runs('ticked', 'one')[1]?.feedback).toMatchObject([{ kind: 'criteria' }]);
    await feature.decide('acceptance-one', 'met');
    const report = await feature.report();
    expect(home.inputs('prepareMerge', 'one').map(({ ticked }) => ticked)).toEqual([[], [0]]);
    expect(report.packets[0]?.criteria).toEqual([
      {
        text: 'It is kind',
        evidence: 'only a person can tell',
        namedBy: 'person',
        proof: [{ person: true }],
        heldBefore: false,
      },
    ]);
  });
});
