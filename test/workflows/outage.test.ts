import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const WHERE = 'the hub /srv/hub.git';
const away = (what: string) =>
  ApplicationFailure.create({
    type: 'Outage',
    message: `${WHERE} can't be used now: ${what}`,
    nonRetryable: true,
    details: [{ where: WHERE }],
  });
const packets = ['one', 'two', 'three'].map((id) => tinyPacket(id, { criteria: [] }));

/** The hub is away at `verify` for the first `times` calls of each packet. */
const feature = async (id: string, times: number) => {
  const home = new StubHome({ ...unattended, concurrency: 3 });
  const tries = new Map<string, number>();
  home.override.verify = async ({ name }) => {
    if (name === 'design') return home.verified();
    tries.set(name, (tries.get(name) ?? 0) + 1);
    if ((tries.get(name) ?? 0) <= times) throw away(`refs/${name}`);
    return home.verified();
  };
  const started = await features.feature(id, packets, home);
  const blocked = (n: number) =>
    until(`${n} packets are blocked`, async () => {
      const status = await started.status().catch(() => undefined);
      const count = status?.packets.filter((packet) => packet.status === 'blocked').length;
      return count === n ? status : undefined;
    });
  return { home, tries, blocked, feature: started };
};

describe.concurrent('a hub that stays away', () => {
  it('is one item for all packets that wait for it, and one answer lets all go on', async () => {
    const { blocked, feature: started, tries } = await feature('hub-away', 1);
    const { attention } = await blocked(3);
    expect(attention).toMatchObject([
      { id: 'environment-1', kind: 'environment', options: ['retry', 'stop'] },
    ]);
    expect(attention[0]).not.toHaveProperty('packet');
    expect(attention[0]?.prompt).toContain(WHERE);
    await started.decide('environment-1', 'retry');
    expect((await started.report()).outcome).toBe('landed');
    expect([...tries.values()]).toEqual([2, 2, 2]);
  });

  it('is asked about anew where it is still away, and stops the feature where a person says so', async () => {
    const { blocked, feature: started } = await feature('hub-lost', 2);
    await blocked(3);
    await started.decide('environment-1', 'retry');
    const { attention } = await blocked(3);
    expect(attention.map(({ id }) => id)).toEqual(['environment-2']);
    await started.decide('environment-2', 'stop');
    expect(await started.report()).toMatchObject({ outcome: 'stopped' });
  });

  it('met by packets in their turn to be merged lets them go on one after the other', async () => {
    const home = new StubHome({ ...unattended, concurrency: 3 });
    const tries = new Map<string, number>();
    let [now, most] = [0, 0];
    home.override.prepareMerge = async (input) => {
      if (input.name === 'design') return home.mergeable(input);
      tries.set(input.name, (tries.get(input.name) ?? 0) + 1);
      if (tries.get(input.name) === 1) throw away(`refs/${input.name}`);
      now += 1;
      most = Math.max(most, now);
      // As long as the feature takes to give others a turn, if it did.
      await sleep(500);
      now -= 1;
      return home.mergeable(input);
    };
    const started = await features.feature('hub-away-at-merges', packets, home);
    await until('all are blocked', async () => {
      const status = await started.status().catch(() => undefined);
      return status?.packets.filter((packet) => packet.status === 'blocked').length === 3 || undefined;
    });
    await started.decide('environment-1', 'retry');
    expect((await started.report()).outcome).toBe('landed');
    expect({ most, tries: [...tries.values()] }).toEqual({ most: 1, tries: [2, 2, 2] });
  });

  it('is not asked about any more once nobody is left who waits for it', async () => {
    const { blocked, feature: started } = await feature('hub-unwanted', 1);
    await blocked(3);
    await started.handle.executeUpdate('plan', {
      args: [{ add: [], amend: [], drop: ['one', 'two', 'three'], by: 'tester' }],
    });
    expect((await started.status()).attention).toEqual([]);
  });
});
