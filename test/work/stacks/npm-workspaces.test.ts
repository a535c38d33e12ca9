import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProblem } from '../../../src/work/set-up.ts';
import { addsVat, breaksWeb, npmShop } from './javascript-shop.ts';
import { type OpenFeature, openFeature } from './open-feature.ts';

describe('in workspaces of npm', () => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature(npmShop);
  });
  afterAll(() => feature.close());

  it('a packet that breaks the tests of another workspace is red, with that test named', async () => {
    expect(feature.baseline.tests).toEqual({ total: 2, passing: 2, failing: 0, skipped: 0 });
    const work = await feature.handIn('amounts', breaksWeb);
    expect(work.red).toEqual(['web shows the total']);
    expect(work.verified.checks[0]?.tests).toMatchObject({ passing: 1, failing: 1 });
  });

  it('a packet that adds to one workspace and uses it in another is green, and merged', async () => {
    const work = await feature.handIn('vat', addsVat);
    expect(work.red).toEqual([]);
    expect(await feature.merge(work)).toMatchObject({ kind: 'ready', tests: { total: 3, passing: 3 } });
  });

  it('the set-up ran once, and in each copy a workspace leads into the tree that it was copied to', async () => {
    const work = await feature.handIn('readme', { 'README.md': '# Shop\n' });
    expect(await feature.lines('setups')).toHaveLength(1);
    expect(await copyProblem(feature.shop, feature.site)).toBeUndefined();
    for (const tree of [work.tree, await feature.judgedIn(work)]) {
      const core = await realpath(path.join(tree.path, 'node_modules/@shop/core'));
      expect(core).toBe(path.join(await realpath(tree.path), 'packages/core'));
    }
  });
});
