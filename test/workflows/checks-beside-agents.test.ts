import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { event } from '../support/event.ts';
import { StubHome, stubCheck } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });

describe.concurrent('an agent slot', { timeout: 60_000 }, () => {
  it('is free as soon as its agent has ended: the next agent works while the checks of the first run', async () => {
    const second = event();
    const home = new StubHome(
      { ...unattended, concurrency: 1 },
      () => undefined,
      async ({ name }) => (name === 'two' ? second.happen() : undefined),
    );
    home.override.verify = async ({ name }) => {
      if (name === 'one') await second.happened;
      return home.verified();
    };
    const feature = await features.feature('beside', [simple('one'), simple('two')], home);
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('is had again before the agent has to mend what the checks found, and by one at a time', async () => {
    let working = 0;
    let most = 0;
    const order: string[] = [];
    const checking = event();
    let wantsSlotBack = async () => false;
    const home = new StubHome(
      { ...unattended, concurrency: 1 },
      () => undefined,
      async ({ name }) => {
        working += 1;
        most = Math.max(most, working);
        order.push(name);
        if (name === 'two') {
          // The first wants its slot back while the second has it.
          checking.happen();
          await until('the first wants its slot back', wantsSlotBack);
        }
        working -= 1;
      },
    );
    let looks = 0;
    home.override.verify = async ({ name }) => {
      if (name !== 'one' || looks++ > 0) return home.verified();
      await checking.happened;
      return home.verified({ checks: [stubCheck('test', { tail: 'one is red' })] });
    };
    const feature = await features.feature('again', [simple('one'), simple('two')], home);
    wantsSlotBack = async () =>
      (await feature.status()).packets.some(({ id, status }) => id === 'one' && status === 'ready');
    expect((await feature.report()).outcome).toBe('landed');
    expect(order).toEqual(['design', 'one', 'two', 'one']);
    expect(most).toBe(1);
    expect(home.runs('again', 'one')[1]?.feedback).toMatchObject([
      { text: expect.stringContaining('one is red') },
    ]);
  });
});
