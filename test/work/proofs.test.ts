import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/domain/checks.ts';
import type { Home } from '../../src/homes/home.ts';
import { keepProof, readProof } from '../../src/work/proofs.ts';
import type { Workshop } from '../../src/work/workshop.ts';
import { newWorkshop } from './new-workshop.ts';

const check = (passed: boolean): CheckResult => ({
  name: 'test',
  passed,
  exitCode: passed ? 0 : 1,
  timedOut: false,
  durationMs: 1,
  tests: null,
  failing: [],
  tail: '',
  log: null,
  cases: null,
});

describe('the proof of a tree', () => {
  let home: Home;
  let shop: Workshop;
  beforeAll(async () => {
    ({ home, shop } = await newWorkshop());
  });
  afterAll(() => home.release());

  it('holds for the same tree of the same feature, and for no other', async () => {
    await keepProof(shop, 'one', { tree: 'aaaa', checks: [check(true)] });
    expect(await readProof(shop, 'one', 'aaaa')).toEqual([check(true)]);
    expect(await readProof(shop, 'one', 'bbbb')).toBeUndefined();
    expect(await readProof(shop, 'two', 'aaaa')).toBeUndefined();
  });

  it('is not kept where a check was red, so that it runs again', async () => {
    await keepProof(shop, 'one', { tree: 'cccc', checks: [check(true), check(false)] });
    expect(await readProof(shop, 'one', 'cccc')).toBeUndefined();
  });

  it('is forgotten with its feature', async () => {
    await keepProof(shop, 'gone', { tree: 'dddd', checks: [check(true)] });
    await shop.forget('gone');
    expect(await readProof(shop, 'gone', 'dddd')).toBeUndefined();
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
