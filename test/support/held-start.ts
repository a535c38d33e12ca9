import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import type { Feature } from './engine.ts';
import { event } from './event.ts';
import { tinyPacket } from './tiny-repository.ts';
import { until } from './until.ts';

/** Holds the workflow task that starts the packet `held`; what is sent meanwhile comes before the start is confirmed. */
export class HeldStart implements PayloadCodec {
  private readonly reached = event();
  private readonly letGo = event();
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

  /** Has a person drop the packet, and add another, before its start is confirmed. */
  async drop({ workflowService, options: { namespace } }: Client, { handle }: Feature): Promise<void> {
    await this.reached.happened;
    const updateId = 'drop-held';
    const add = [packetSchema.parse(tinyPacket('other', { criteria: [] }))];
    const edited = handle.executeUpdate(UPDATES.plan, {
      updateId,
      args: [{ add, drop: ['held'], by: 'tester' }],
    });
    const updateRef = { workflowExecution: { workflowId: handle.workflowId }, updateId };
    await until('the server has the edit', () =>
      workflowService.pollWorkflowExecutionUpdate({ namespace, updateRef }).then(
        () => true,
        () => false,
      ),
    );
    this.letGo.happen();
    await edited;
  }
}
