import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LandingPreparation } from '../../../src/domain/activities.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { until } from '../../support/engine.ts';
import { StubHome, STUB_TREE as tree } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const merging: Partial<ConfigDraft> = { ...unattended, land: 'merge' };
const conflict: LandingPreparation = {
  kind: 'conflict',
  files: ['src/shared.txt'],
  output: 'both changed it',
};
const red: LandingPreparation = { kind: 'red', checks: [], unmet: ['one: It adds (no file src/cart.js)'] };

/** A home whose landings don't fit the first so many times. */
const misfitting = (times: number, misfit: LandingPreparation = conflict) => {
  const home = new StubHome(merging);
  let seen = 0;
  home.override.prepareLanding = async ({ baseCommit: base, commit }) =>
    ++seen <= times ? misfit : { kind: 'ready', base, commit, tree };
  return home;
};
const choices = ['retry', 'mend', 'branch', 'stop'];

describe.concurrent('a landing that does not fit', () => {
  it('is mended by two packets, and then by one more each time a person says so, who is heard', async () => {
    const home = misfitting(4);
    const feature = await features.feature('misfit-mended', [simple('one')], home);
    const item = await feature.item('conflict-1');
    expect(item).toMatchObject({
      prompt: "main moved and the feature doesn't fit on it by itself: conflicts in src/shared.txt",
      options: choices,
    });
    expect(item.recommended).toBeUndefined();
    expect((await feature.status()).packets.map(({ id }) => id)).toEqual(['one', 'landing-1', 'landing-2']);
    await feature.decide('conflict-1', 'mend', 'Keep the list sorted');
    await feature.decide('conflict-2', 'mend');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets.map(({ id }) => id)).toEqual(['one', ...[1, 2, 3, 4].map((n) => `landing-${n}`)]);
    const [said, unsaid] = ['landing-3', 'landing-4'].map(
      (id) => home.runs('misfit-mended', id)[0]?.feedback[0]?.text,
    );
    expect(said).toContain('A person says: Keep the list sorted');
    expect(unsaid).not.toContain('A person says');
    expect(home.inputs('beginMending').map(({ round }) => round)).toEqual([1, 2, 3, 4]);
    // Each time it was proven anew, the head that was mended is what is prepared.
    const heads = home.inputs('moveBranch').map(({ merge }) => merge.new);
    expect(home.inputs('prepareLanding').map(({ commit }) => commit)).toEqual(heads.slice(1));
  });

  it('is tried again as it is where a person says so, with no packet', async () => {
    const home = misfitting(4);
    const feature = await features.feature('misfit-retried', [simple('one')], home);
    await feature.decide('conflict-1', 'retry');
    await feature.decide('conflict-2', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets).toHaveLength(3);
    expect(home.inputs('beginMending')).toHaveLength(2);
    expect(home.inputs('prepareLanding')).toHaveLength(5);
  });

  it('is left on its own branch where a person says so, and the report says why', async () => {
    const home = misfitting(3, red);
    const feature = await features.feature('misfit-branch', [simple('one')], home);
    const { prompt } = await feature.item('conflict-1');
    const why = 'criteria that are not met in what would land:\none: It adds (no file src/cart.js)';
    expect(prompt).toBe(`main moved and the feature doesn't fit on it by itself: ${why}`);
    await feature.decide('conflict-1', 'branch');
    const head = home.inputs('moveBranch').at(-1)?.merge.new;
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      branch: 'feature/misfit-branch',
      commit: head,
      landing: `not merged into main, as a person chose: ${why}`,
    });
    expect(home.inputs('land')).toMatchObject([{ mode: 'branch', commit: head, tree }]);
  });

  it('ends the feature where a person says so, with nothing landed', async () => {
    const home = misfitting(3);
    const feature = await features.feature('misfit-stopped', [simple('one')], home);
    await feature.decide('conflict-1', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'landing on main: conflicts in src/shared.txt',
    });
    expect(home.inputs('land')).toEqual([]);
  });

  it('is asked about where nobody mended it: its packet was dropped', async () => {
    const home = misfitting(1);
    home.override.verify = async ({ name }) =>
      home.verified(name === 'landing-1' ? { unusable: ['a: no'] } : {});
    const feature = await features.feature('misfit-dropped', [simple('one')], home);
    await feature.decide('failing-packet-landing-1', 'drop');
    expect((await feature.item('conflict-1')).options).toEqual(choices);
    await feature.decide('conflict-1', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('gives its turn back while it is mended, and others land in the same base', async () => {
    let other = async () => {};
    const shared = (home: StubHome) => {
      const given = home.activities().openFeature;
      home.override.openFeature = async (input) => ({ ...(await given(input)), repositoryKey: 'same-base' });
      return home;
    };
    const home = shared(
      new StubHome(
        merging,
        () => undefined,
        async ({ name }) => (name === 'landing-1' ? other() : undefined),
      ),
    );
    let seen = 0;
    home.override.prepareLanding = async ({ baseCommit: base, commit }) =>
      ++seen === 1 ? conflict : { kind: 'ready', base, commit, tree };
    other = async () => {
      const second = await features.feature(
        'lands-meanwhile',
        [simple('one')],
        shared(new StubHome(merging)),
      );
      expect((await second.report()).outcome).toBe('landed');
    };
    const feature = await features.feature('gives-turn-back', [simple('one')], home);
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('has nobody else in its base while it is prepared and landed', async () => {
    const order: string[] = [];
    const landingAs = (id: string, meanwhile = async () => {}) => {
      const home = new StubHome(merging);
      const given = home.activities();
      home.override = {
        openFeature: async (input) => ({
          ...(await given.openFeature(input)),
          repositoryKey: 'one-at-a-time',
        }),
        prepareLanding: async ({ baseCommit: base, commit }) => {
          order.push(`${id} prepares`);
          await meanwhile();
          return { kind: 'ready', base, commit, tree };
        },
        land: async ({ feature, commit }) => {
          order.push(`${id} lands`);
          return { branch: feature, commit };
        },
      };
      return home;
    };
    let second: Awaited<ReturnType<typeof features.feature>> | undefined;
    const first = await features.feature(
      'turn-first',
      [simple('one')],
      landingAs('first', async () => {
        second = await features.feature('turn-second', [simple('one')], landingAs('second'));
        const begun = second;
        await until('the second wants to land', async () => (await begun.status()).activity === 'landing');
      }),
    );
    expect((await first.report()).outcome).toBe('landed');
    expect((await second?.report())?.outcome).toBe('landed');
    expect(order).toEqual(['first prepares', 'first lands', 'second prepares', 'second lands']);
  });

  it('since the base moved between its look and its push is prepared anew, without a packet', async () => {
    const home = new StubHome(merging);
    let pushes = 0;
    home.override.land = async ({ commit }) => ({
      branch: 'main',
      commit,
      ...(++pushes === 1 && { moved: '9'.repeat(40) }),
    });
    const feature = await features.feature('moved-meanwhile', [simple('one')], home);
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      branch: 'main',
      packets: [{ id: 'one' }],
    });
    expect(home.inputs('prepareLanding')).toHaveLength(2);
    expect(home.inputs('land')).toHaveLength(2);
  });
});
