import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packetWorkflowId } from '../../../src/domain/ids.ts';
import { HeldStart } from '../../support/held-start.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

const start = new HeldStart();
let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'), [start]);
});
afterAll(() => features?.stop());

describe('a packet that a person drops before its start is confirmed', { timeout: 60_000 }, () => {
  it('is told so once the start is confirmed, so its workflow ends before the feature does', async () => {
    const id = 'dropped-at-start';
    const { client } = features;
    const home = new StubHome(unattended);
    const feature = await features.feature(id, [tinyPacket('held', { criteria: [] })], home);
    await start.drop(client, feature);
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      packets: [
        { id: 'held', status: 'dropped', why: 'dropped from the plan by tester' },
        { id: 'other', status: 'merged' },
      ],
    });
    const packet = client.workflow.getHandle(packetWorkflowId(id, 'held'));
    expect(await packet.result()).toMatchObject({
      status: 'dropped',
      why: 'dropped from the plan by tester',
    });
    const [ended, ofFeature] = await Promise.all([packet.describe(), feature.handle.describe()]);
    expect(Number(ended.closeTime)).toBeLessThanOrEqual(Number(ofFeature.closeTime));
  });
});
