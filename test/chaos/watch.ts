import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { featureWorkflowId, packetWorkflowId, releaseWorkflowId } from '../../src/domain/ids.ts';
import { until } from '../support/until.ts';
import { PACKETS } from './reference.ts';

/** The workflows of a feature, by what a seed names: `feature`, `release`, or a packet's id. */
export const WORKFLOW_IDS: Readonly<Record<string, (feature: string) => string>> = {
  feature: featureWorkflowId,
  release: releaseWorkflowId,
  ...Object.fromEntries(
    PACKETS.map(({ id }) => [id, (feature: string) => packetWorkflowId(feature, id)] as const),
  ),
};

const workflowId = (feature: string, workflow: string): string => {
  const idOf = WORKFLOW_IDS[workflow];
  if (idOf === undefined) throw new Error(`the reference feature has no workflow ${workflow}`);
  return idOf(feature);
};

/** Events that a workflow has by now; 0 if it hasn't begun, or the server doesn't answer. */
export async function eventsOf(client: Client, feature: string, workflow: string): Promise<number> {
  const found = await client.workflow
    .getHandle(workflowId(feature, workflow))
    .describe()
    .catch(() => undefined);
  return found?.historyLength ?? 0;
}

/**
 * Waits until a workflow's history holds an event of this number, by the server's long poll, so that what comes next
 * comes within milliseconds of it. False if the workflow ended before.
 */
export async function reaches(
  client: Client,
  namespace: string,
  feature: string,
  workflow: string,
  event: number,
): Promise<boolean> {
  const id = workflowId(feature, workflow);
  await until(`${id} begins`, async () => (await eventsOf(client, feature, workflow)) > 0);
  const filter = proto.temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT;
  let nextPageToken: Uint8Array = new Uint8Array();
  for (;;) {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId: id },
      waitNewEvent: true,
      historyEventFilterType: filter,
      nextPageToken,
    });
    if ((page.history?.events ?? []).some(({ eventId }) => Number(eventId) >= event)) return true;
    if (!page.nextPageToken?.length) return false;
    nextPageToken = page.nextPageToken;
  }
}
