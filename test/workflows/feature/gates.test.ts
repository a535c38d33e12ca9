import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { GateResult } from '../../../src/domain/checks.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { until } from '../../support/engine.ts';
import { rests } from '../../support/history.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const gate = (more: object = {}) => ({ run: 'measure', metric: 'n', min: 90, ...more });
const gated = (...names: string[]): Partial<ConfigDraft> => ({
  ...unattended,
  gates: Object.fromEntries(names.map((name) => [name, gate()])),
});
const met = (name: string): GateResult => ({ name, outcome: 'met', figures: { n: 95 }, problems: [] });
const unmet = (name: string, more: Partial<GateResult> = {}): GateResult => ({
  name,
  outcome: 'unmet',
  figures: { n: 80 },
  problems: ['n is 80, at least 90'],
  ...more,
});
/** A home whose gates are found so, each time anew. */
const finding = (config: Partial<ConfigDraft>, find: (name: string, time: number) => GateResult) => {
  const home = new StubHome(config);
  const times = new Map<string, number>();
  home.override.gate = async ({ gate: name }) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return find(name, time);
  };
  return home;
};
/** The heads of the feature, as its packets were merged; the design's is the first. */
const heads = (home: StubHome) => home.inputs('moveBranch').map(({ merge }) => merge.new);
const measured = (home: StubHome, name: string) =>
  home
    .inputs('gate')
    .filter((input) => input.gate === name)
    .map(({ commit }) => commit);

describe.concurrent('a quality gate', () => {
  it('that is not met gets two packets that close the gap, each measured on the head that it made, then a person', async () => {
    const gaps = [{ file: 'src/cart.js', line: 40 }];
    const home = finding(gated('speed'), (name) => unmet(name, { gaps }));
    const feature = await features.feature('gaps', [simple('one')], home);
    const { prompt, options, recommended } = await feature.item('gate-1');
    const gap =
      'The quality gate "speed" is not met: n is 80, at least 90.\n\nLeast covered files:\n- src/cart.js: 40 % of lines';
    expect(prompt).toBe(`Quality gate not met, cannot deploy: ${gap}`);
    expect([options, recommended]).toEqual([['waive', 'retry', 'stop'], 'stop']);
    expect((await feature.status()).packets.map(({ id }) => id)).toEqual([
      'one',
      'gap-speed-1',
      'gap-speed-2',
    ]);
    expect(home.runs('gaps', 'gap-speed-1')[0]?.feedback).toEqual([
      { kind: 'gate', text: gap, files: ['src/cart.js'] },
    ]);
    expect(measured(home, 'speed')).toEqual(heads(home).slice(1));
    await feature.decide('gate-1', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'quality gate not met, cannot deploy: speed: n is 80, at least 90',
    });
    expect(home.inputs('land')).toEqual([]);
  });

  it('is measured again where a person says so, with no further packet', async () => {
    const home = finding(gated('speed'), (name, time) => (time < 5 ? unmet(name) : met(name)));
    const feature = await features.feature('gate-retried', [simple('one')], home);
    await feature.decide('gate-1', 'retry');
    await feature.decide('gate-2', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets).toHaveLength(3);
    expect(report.gates.find(({ name }) => name === 'speed')).toEqual(met('speed'));
    expect(measured(home, 'speed')).toEqual([...heads(home).slice(1), ...Array(2).fill(heads(home).at(-1))]);
  });

  it('that a person waived is not measured again while nothing changes, and the report says by whom and why', async () => {
    const home = finding(gated('speed'), (name) => unmet(name));
    const feature = await features.feature('gate-waived', [simple('one')], home);
    await feature.decide('gate-1', 'waive', 'only a prototype');
    const report = await feature.report();
    expect(report.gates.find(({ name }) => name === 'speed')).toEqual({
      ...unmet('speed'),
      outcome: 'waived',
      waivedBy: 'tester: only a prototype',
    });
    expect(measured(home, 'speed')).toHaveLength(3);
  });

  it('that a person waived is measured with the others on a new head, and nobody is asked about it again', async () => {
    // `size` has been closed twice and waived when a packet for `speed` is merged.
    const home = finding(gated('size', 'speed'), (name, time) =>
      name === 'size'
        ? unmet(name, { figures: { n: time } })
        : time < 2
          ? met(name)
          : time < 4
            ? unmet(name)
            : met(name),
    );
    const feature = await features.feature('waived-anew', [simple('one')], home);
    await feature.decide('gate-1', 'waive');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 1 } });
    const head = heads(home).at(-1);
    for (const name of ['size', 'speed']) expect(measured(home, name).at(-1)).toBe(head);
    const size = report.gates.find(({ name }) => name === 'size');
    expect(size).toMatchObject({ outcome: 'waived', waivedBy: 'tester' });
    expect(size?.figures.n).toBe(measured(home, 'size').length);
  });

  it('that a person waived and that is met on what lands is reported as met', async () => {
    const home = finding(gated('size', 'speed'), (name, time) =>
      name === 'size' ? (time < 4 ? unmet(name) : met(name)) : time === 3 ? unmet(name) : met(name),
    );
    const feature = await features.feature('waived-then-met', [simple('one')], home);
    await feature.decide('gate-1', 'waive');
    expect((await feature.report()).gates.find(({ name }) => name === 'size')).toEqual(met('size'));
  });

  it('is proven with all others on one commit: what closes one gap has the others measured anew', async () => {
    const home = finding(gated('size', 'speed'), (name, time) =>
      name === 'size' && time === 1 ? unmet(name) : met(name),
    );
    const report = await (await features.feature('one-commit', [simple('one')], home)).report();
    expect(report.packets.map(({ id }) => id)).toEqual(['one', 'gap-size-1']);
    for (const name of ['size', 'speed']) expect(measured(home, name)).toEqual(heads(home).slice(1));
    expect(home.inputs('prepareLanding')).toMatchObject([{ commit: heads(home).at(-1) }]);
  });

  it('that is exclusive is measured while no other is, and the others side by side', async () => {
    const now = new Set<string>();
    const beside: Record<string, string[]> = {};
    const home = new StubHome({
      ...unattended,
      gates: { speed: gate({ exclusive: true }), size: gate(), style: gate() },
    });
    home.override.gate = async ({ gate: name }) => {
      now.add(name);
      // The others come together, or this waits in vain.
      if (name !== 'speed') await until('both are there', async () => now.has('size') && now.has('style'));
      beside[name] = [...now];
      if (name !== 'speed')
        await until('both were seen', async () => beside.size !== undefined && beside.style !== undefined);
      now.delete(name);
      return met(name);
    };
    expect((await (await features.feature('exclusive', [simple('one')], home)).report()).outcome).toBe(
      'landed',
    );
    expect(beside.speed).toEqual(['speed']);
    expect(beside.size).toHaveLength(2);
  });

  it('waits while the feature is paused', async () => {
    const id = 'gates-held';
    let pause = async () => {};
    const home = new StubHome(gated('speed'));
    home.override.moveBranch = async ({ name }) => {
      if (name === 'one') await pause();
      return { moved: true };
    };
    home.override.gate = async ({ gate: name }) => met(name);
    const feature = await features.feature(id, [simple('one')], home);
    pause = async () => {
      await feature.signal('pause');
      await until('it is paused', async () => (await feature.status()).paused);
    };
    await until('the packets are done', async () => (await feature.status()).activity.includes('gates'));
    await rests(feature.handle);
    expect(home.inputs('gate')).toEqual([]);
    await feature.signal('resume');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.inputs('gate')).toHaveLength(1);
  });
});
