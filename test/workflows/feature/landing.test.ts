import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LandingPreparation } from '../../../src/domain/activities.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { UPDATES } from '../../../src/domain/messages.ts';
import { packetSchema } from '../../../src/domain/packet.ts';
import { StubHome, STUB_TREE as sameTree, stubCheck } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const merging: Partial<ConfigDraft> = {
  ...unattended,
  land: 'merge',
  gates: { coverage: { run: 'sh coverage.sh', metric: 'total', min: 90 } },
};
/** What lands on a base that moved: another commit, and another tree. */
const moved = { base: '3'.repeat(40), commit: 'a'.repeat(40), tree: 'b'.repeat(40) };

/** A home whose landings are prepared so, one after the other; the last for ever. */
const landingAs = (config: Partial<ConfigDraft>, ...preparations: LandingPreparation[]) => {
  const home = new StubHome(config);
  home.override.prepareLanding = async ({ baseCommit: base, commit }) =>
    preparations.shift() ?? { kind: 'ready', base, commit, tree: sameTree };
  return home;
};
/** The commits that the gates were measured on. */
const measuredOn = (home: StubHome) => home.inputs('gate').map(({ commit }) => commit);
const headOf = (home: StubHome) => home.inputs('prepareLanding').map(({ commit }) => commit);

describe.concurrent('a check that was red from the start and names no tests', () => {
  const baseline: StubHome['override']['baseline'] = async () => ({
    checks: [
      stubCheck('test', {
        tests: { total: 3, passing: 1, failing: 2, skipped: 0 },
        failing: ['cart > adds', 'cart > clears'],
      }),
      stubCheck('lint', { exitCode: 2, tail: 'src/a.js: no semicolon' }),
    ],
    tests: null,
  });

  it('is asked about at each landing, with --yes too, and stands beside the outcome in the report', async () => {
    const home = landingAs(merging, { kind: 'conflict', files: [], output: '' });
    home.override.baseline = baseline;
    const feature = await features.feature('nameless', [simple('one')], home, true);
    await feature.decide('environment', 'go-on');
    const item = await feature.item('environment-2');
    expect(item.prompt).toContain('without a report that names tests: lint.');
    expect(item.options).toEqual(['land', 'stop']);
    expect(home.inputs('prepareLanding')).toEqual([]);
    await feature.decide('environment-2', 'land');
    // It was mended for a base that moved, so what lands is something else.
    await feature.decide('environment-3', 'land');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      knownRed: [
        { name: 'test', failing: 2 },
        { name: 'lint', failing: 0 },
      ],
    });
    const keys = Object.keys(report);
    expect(keys[keys.indexOf('outcome') + 1]).toBe('knownRed');
    const knownRed = [
      { name: 'test', failing: ['cart > adds', 'cart > clears'] },
      { name: 'lint', failing: [] },
    ];
    for (const activity of ['verify', 'prepareMerge'] as const)
      expect(home.inputs(activity, 'one')).toMatchObject([{ knownRed }]);
    expect(home.inputs('prepareLanding')).toMatchObject([{ knownRed }, { knownRed }]);
  });

  it('keeps the feature from being landed where a person stops there', async () => {
    const home = new StubHome(unattended);
    home.override.baseline = baseline;
    const feature = await features.feature('nameless-stop', [simple('one')], home);
    await feature.decide('environment', 'go-on');
    await feature.decide('environment-2', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'red from the start: lint',
    });
    expect(home.inputs('land')).toEqual([]);
  });
});

describe.concurrent('the gates of what lands', () => {
  it('are measured on it where its tree is another one, and what is not met is mended before it lands', async () => {
    const home = landingAs(merging, { kind: 'ready', ...moved });
    home.override.gate = async ({ gate: name, commit }) => ({
      name,
      outcome: commit === moved.commit ? 'unmet' : 'met',
      figures: {},
      problems: commit === moved.commit ? ['total is 80, at least 90'] : [],
    });
    const feature = await features.feature('gates-mended', [simple('one')], home);
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one' }, { id: 'landing-1', status: 'merged' }],
      gates: expect.arrayContaining([expect.objectContaining({ name: 'coverage', outcome: 'met' })]),
      figures: { humanInterventions: 0 },
    });
    expect(home.runs('gates-mended', 'landing-1')[0]?.feedback).toMatchObject([
      {
        text: expect.stringContaining(
          'quality gates that are not met in what would land: coverage: total is 80, at least 90',
        ),
      },
    ]);
    const [first, second] = headOf(home);
    // Before testers begin, to be proven, on what lands; then on what was mended, which lands as it is.
    expect(measuredOn(home)).toEqual([first, first, moved.commit, second]);
    expect(home.inputs('land')).toMatchObject([{ commit: second, tree: sameTree }]);
  });

  it('are measured once more where they are met there, and not where the tree that lands is theirs', async () => {
    const other = landingAs(merging, { kind: 'ready', ...moved });
    const same = landingAs(merging);
    const reports = await Promise.all(
      [
        await features.feature('gates-met', [simple('one')], other),
        await features.feature('gates-same', [simple('one')], same),
      ].map((feature) => feature.report()),
    );
    expect(reports).toMatchObject([
      { outcome: 'landed', commit: moved.commit, tree: moved.tree, packets: [{ id: 'one' }] },
      { outcome: 'landed', tree: sameTree, packets: [{ id: 'one' }] },
    ]);
    const [head] = headOf(other);
    expect(measuredOn(other)).toEqual([head, head, moved.commit]);
    expect(other.inputs('land')).toMatchObject([{ ...base(moved), tree: moved.tree }]);
    const [own] = headOf(same);
    expect(measuredOn(same)).toEqual([own, own]);
  });

  it('that a person waived are waived on what lands too', async () => {
    const home = landingAs(merging, { kind: 'ready', ...moved });
    home.override.gate = async ({ gate: name }) => ({
      name,
      outcome: 'unmet',
      figures: {},
      problems: ['total is 80, at least 90'],
    });
    const feature = await features.feature('gates-waived', [simple('one')], home);
    await feature.decide('gate', 'waive');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', commit: moved.commit });
    expect(report.packets.map(({ id }) => id)).toEqual(['one', 'gap-coverage-1', 'gap-coverage-2']);
  });

  it('are measured in a feature that is paused too: it holds the turn, and others wait for that', async () => {
    let paused = async () => {};
    const home = landingAs(merging);
    home.override.prepareLanding = async () => {
      await paused();
      return { kind: 'ready', ...moved };
    };
    const feature = await features.feature('gates-paused', [simple('one')], home);
    paused = () => feature.signal('pause');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', commit: moved.commit });
    expect(measuredOn(home).at(-1)).toBe(moved.commit);
  });
});

const base = ({ base: expectedBase, commit }: typeof moved) => ({ expectedBase, commit });

describe.concurrent('a landing', () => {
  it('is judged by what the feature is, proved and was allowed, and moves the tree that was judged', async () => {
    const home = landingAs(merging, {
      kind: 'red',
      checks: [],
      unmet: ['one: It adds (no file src/cart.js)'],
      protected: ['package.json'],
    });
    const criterion = { index: 0, text: 'It adds', met: true, reason: 'found', namedBy: 'plan' } as const;
    const evidence = [{ file: 'src/cart.js' }];
    home.override.prepareMerge = async (input) =>
      home.mergeable(
        input,
        // The scope names check.sh. Of very many files the list is cut.
        input.name === 'one' ? { criteria: [{ ...criterion, evidence }], measuring: ['check.sh'] } : {},
      );
    const report = await (await features.feature('judged', [simple('one')], home)).report();
    expect(report.outcome).toBe('landed');
    expect(home.runs('judged', 'landing-1')[0]?.feedback).toMatchObject([
      {
        text: expect.stringContaining(
          'it changes what measures the work, and nobody allowed that: package.json\n' +
            'criteria that are not met in what would land:\none: It adds (no file src/cart.js)',
        ),
      },
    ]);
    const request = 'Nothing in particular';
    const one = { id: 'one', objective: 'Add src/one.txt' };
    const [first, second] = home.inputs('prepareLanding');
    expect(first).toMatchObject({ request, packets: [one] });
    const kept = { allowed: ['check.sh'], criteria: [{ packet: 'one', text: 'It adds', evidence }] };
    expect(first).toMatchObject(kept);
    expect(second).toMatchObject({ ...kept, packets: [one, { id: 'landing-1' }] });
    expect(home.inputs('land')).toMatchObject([
      { tree: sameTree, request, packets: [one, { id: 'landing-1' }] },
    ]);
  });

  it('does not look again for markers that a person accepted in the packet that mended it', async () => {
    const files = ['docs/markers.md', 'src/shared.js'];
    const home = landingAs(merging, { kind: 'conflict', files, output: 'both changed them' });
    home.override.beginMending = async () => ({ start: '5'.repeat(40), files, output: '' });
    home.override.verify = async ({ conflicted = [] }) =>
      home.verified({ markers: conflicted.filter((file) => file.endsWith('.md')) });
    const feature = await features.feature('markers-landed', [simple('one')], home);
    await feature.decide('conflict-landing-1', 'accept');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.inputs('verify', 'landing-1').map(({ conflicted }) => conflicted)).toEqual([
      ...Array(4).fill(files),
      ['src/shared.js'],
    ]);
    expect(home.inputs('prepareLanding').map(({ mended }) => mended?.files)).toEqual([
      undefined,
      ['src/shared.js'],
    ]);
  });

  it('has its packet begin on the merge that is to be mended, and one of an edited plan on the feature', async () => {
    const start = '5'.repeat(40);
    let planned = async () => {};
    const home = new StubHome(
      merging,
      () => undefined,
      async ({ name }) => (name === 'landing-1' ? planned() : undefined),
    );
    let landings = 0;
    home.override.prepareLanding = async ({ baseCommit: own, commit }) =>
      ++landings === 1
        ? { kind: 'conflict', files: [], output: '' }
        : { kind: 'ready', base: own, commit, tree: sameTree };
    home.override.beginMending = async () => ({ start, files: [], output: '' });
    const feature = await features.feature('mended-and-edited', [simple('one')], home);
    planned = async () => {
      const edit = { add: [packetSchema.parse(simple('more'))], by: 'tester' };
      await feature.handle.executeUpdate(UPDATES.plan, { args: [edit] });
    };
    expect((await feature.report()).outcome).toBe('landed');
    const [head] = home.inputs('moveBranch', 'one').map(({ merge }) => merge.new);
    expect(home.runs('mended-and-edited', 'landing-1')).toMatchObject([{ start }]);
    expect(home.runs('mended-and-edited', 'more')).toMatchObject([{ start: head }]);
  });

  it('by a pull request looks for criteria that a later packet broke, and has that mended first', async () => {
    const home = landingAs(
      { ...unattended, land: 'pull-request' },
      { kind: 'red', checks: [], unmet: ['one: It adds (no file src/cart.js)'] },
    );
    const evidence = [{ file: 'src/cart.js' }];
    const criterion = { index: 0, text: 'It adds', met: true, reason: 'found', namedBy: 'plan' } as const;
    home.override.prepareMerge = async (input) =>
      home.mergeable(input, input.name === 'one' ? { criteria: [{ ...criterion, evidence }] } : {});
    const feature = await features.feature('requested', [simple('one'), simple('two')], home);
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one' }, { id: 'two' }, { id: 'landing-1', status: 'merged' }],
    });
    const text =
      'The feature no longer holds what its packets proved: ' +
      'criteria that are not met in what would land:\none: It adds (no file src/cart.js)';
    expect(home.runs('requested', 'landing-1')[0]?.feedback).toMatchObject([
      { text: expect.stringContaining(text) },
    ]);
    const criteria = [{ packet: 'one', text: 'It adds', evidence }];
    expect(home.inputs('prepareLanding')).toMatchObject([{ criteria }, { criteria }]);
    expect(home.inputs('openPullRequest')).toHaveLength(1);
  });
});
