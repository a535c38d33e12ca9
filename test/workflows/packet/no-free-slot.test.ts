import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Feature } from '../../support/engine.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';
import { until } from '../../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

/** A feature whose packet waits for a worker with a free slot, which never comes. */
async function waits(id: string): Promise<{ readonly feature: Feature; readonly home: StubHome }> {
  features.waiting.add(id);
  const home = new StubHome(unattended);
  const packets = ['one', 'two'].map((name) => tinyPacket(name, { criteria: [] }));
  const feature = await features.feature(id, packets, home);
  await until('its packet runs', async () => {
    const status = await feature.status().catch(() => undefined);
    return status?.packets.filter((packet) => packet.status === 'running').length === 2 || undefined;
  });
  return { feature, home };
}

describe.concurrent('a packet that waits for a free slot', () => {
  it('ends with its feature when that is cancelled', async () => {
    const { feature, home } = await waits('cancelled-without-slot');
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(home.inputs('removeTree', 'one')).toEqual([]);
  });

  it('ends when it is dropped', async () => {
    const { feature } = await waits('dropped-without-slot');
    await feature.handle.executeUpdate('plan', {
      args: [{ add: [], amend: [], drop: ['one', 'two'], by: 'tester' }],
    });
    const { packets } = await feature.report();
    expect(packets.map(({ status }) => status)).toEqual(['dropped', 'dropped']);
  });
});
