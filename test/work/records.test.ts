import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/domain/checks.ts';
import type { Home } from '../../src/homes/home.ts';
import { keepRecord, proves, readRecord, type TreeRecord } from '../../src/work/records.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { stubCheck } from '../support/stub-home.ts';
import { tinyRepository } from '../support/tiny-repository.ts';
import { bareHub } from '../support/two-workers.ts';
import { newWorkshop } from './new-workshop.ts';

const check = (name: string, passed: boolean, known?: boolean): CheckResult =>
  stubCheck(name, { passed, exitCode: passed ? 0 : 1, ...(known !== undefined && { known }) });
const recordOf = (tree: string, ...checks: CheckResult[]): TreeRecord => ({
  tree,
  checks,
  cases: { test: [{ name: 'works', status: 'passed' }] },
  commands: {},
});

describe('the record of a tree', () => {
  const homes: Home[] = [];
  let shop: Workshop;
  let site: Site;
  let another: { shop: Workshop; site: Site };
  beforeAll(async () => {
    const tiny = await tinyRepository({});
    const hub = await bareHub();
    const open = async () => {
      const { home, shop: made } = await newWorkshop(hub);
      homes.push(home);
      const baseCommit = await tiny.git('rev-parse', 'main');
      return {
        shop: made,
        site: await made.open({ feature: 'one', repo: tiny.repo, base: 'main', baseCommit }),
      };
    };
    ({ shop, site } = await open());
    another = await open();
  });
  afterAll(async () => {
    for (const home of homes) await home.release();
  });
  const other = () => ({ ...site, ref: { ...site.ref, feature: 'two' } });

  it('holds for the same tree of the same feature, and for no other', async () => {
    const record = recordOf('a'.repeat(40), check('test', true));
    await keepRecord(shop, site, record);
    expect(await readRecord(shop, site, 'a'.repeat(40))).toEqual(record);
    expect(await readRecord(shop, site, 'b'.repeat(40))).toBeUndefined();
    expect(await readRecord(shop, other(), 'a'.repeat(40))).toBeUndefined();
  });

  it('is found by another home that shares the hub', async () => {
    const record = recordOf('c'.repeat(40), check('test', false));
    await keepRecord(shop, site, record);
    expect(await readRecord(another.shop, another.site, 'c'.repeat(40))).toEqual(record);
  });

  it('is forgotten with its feature', async () => {
    const record = recordOf('d'.repeat(40), check('test', true));
    await keepRecord(
      shop,
      { ...other(), repo: { ...site.repo, hub: { ...site.repo.hub, own: true } } },
      record,
    );
    await shop.forget('two');
    expect(await readRecord(shop, other(), 'd'.repeat(40))).toBeUndefined();
  });

  it('proves its tree if all is green, or red as it was on the base and a person accepted that', () => {
    const accepted = [{ name: 'test', failing: [] }];
    expect(proves(recordOf('t', check('test', true), check('lint', true)), [], 'base')).toBe(true);
    expect(proves(recordOf('t', check('test', false)), [], 'base')).toBe(false);
    expect(proves(recordOf('t', check('test', false)), accepted, 'base')).toBe(false);
    expect(proves(recordOf('t', check('test', false, true)), accepted, 'base')).toBe(true);
    expect(proves(recordOf('t', check('test', false, true)), [], 'base')).toBe(false);
    expect(proves(recordOf('base', check('test', false)), accepted, 'base')).toBe(true);
  });
});

describe("a feature's integration tree", () => {
  it('is worked in by one at a time, and another feature does not wait for it', async () => {
    const { home, shop } = await newWorkshop();
    const { signal } = new AbortController();
    const order: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = shop.integrating('one', signal, async () => {
      await held;
      order.push('first');
    });
    const second = shop.integrating('one', signal, async () => {
      order.push('second');
    });
    await shop.integrating('other', signal, async () => {
      order.push('other');
    });
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['other', 'first', 'second']);
    await home.release();
  });
});
