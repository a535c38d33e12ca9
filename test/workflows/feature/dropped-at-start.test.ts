import type { Payload, PayloadCodec } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { featureWorkflowId, packetWorkflowId } from '../../../src/domain/ids.ts';
import { UPDATES } from '../../../src/domain/messages.ts';
import { packetSchema } from '../../../src/domain/packet.ts';
import { event } from '../../support/event.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';
import { until } from '../../support/until.ts';

/** Holds the workflow task that starts the packet `held`; what is sent meanwhile comes before the start is confirmed. */
class HeldStart implements PayloadCodec {
  readonly reached = event();
  readonly letGo = event();
  private held = false;

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const starts = payloads.some(({ data }) => {
      const text = Buffer.from(data ?? []).toString('utf8');
      return text.includes('"unswapped"') && text.includes('"id":"held"');
    });
    if (starts && !this.held) {
      this.held = true;
      this.reached.happen();
      await this.letGo.happened;
    }
    return payloads;
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads;
  }
}

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
    await start.reached.happened;
    const update = feature.handle.executeUpdate(UPDATES.plan, {
      updateId: 'drop-held',
      args: [
        { add: [packetSchema.parse(tinyPacket('other', { criteria: [] }))], drop: ['held'], by: 'tester' },
      ],
    });
    const updateRef = {
      workflowExecution: { workflowId: featureWorkflowId(id) },
      updateId: 'drop-held',
    };
    await until('the server has the edit', () =>
      client.workflowService
        .pollWorkflowExecutionUpdate({ namespace: client.options.namespace, updateRef })
        .then(
          () => true,
          () => false,
        ),
    );
    start.letGo.happen();
    await update;
    expect(await client.workflow.getHandle(packetWorkflowId(id, 'held')).result()).toMatchObject({
      status: 'dropped',
      why: 'dropped from the plan by tester',
    });
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      packets: [
        { id: 'held', status: 'dropped', why: 'dropped from the plan by tester' },
        { id: 'other', status: 'merged' },
      ],
    });
  });
});
