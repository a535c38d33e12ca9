import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { featureWorkflowId, packetWorkflowId, releaseWorkflowId } from '../../domain/ids.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import type { LiveDetail } from '../render/status.ts';
import type { Server } from '../server/connection.ts';
import { within } from '../server/feature-lookup.ts';

/** As many children are looked at: a screen shows no more, and each costs a call. */
const MAX_CHILDREN = 8;
const RPC_TIMEOUT_MS = 3_000;

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What the activities that run now last told by their heartbeats. Never fails: it is only for looking. */
export async function liveDetails({ client }: Server, status: FeatureStatus): Promise<LiveDetail[]> {
  const { feature } = status;
  const running = status.packets
    .filter((packet) => ['running', 'merging', 'submitted'].includes(packet.status))
    .slice(0, MAX_CHILDREN)
    .map(({ id }) => ({ name: id, workflowId: packetWorkflowId(feature, id) }));
  const all = [
    { name: status.phase, workflowId: featureWorkflowId(feature) },
    ...running,
    ...(status.phase === 'deploy' ? [{ name: 'release', workflowId: releaseWorkflowId(feature) }] : []),
  ];
  const details = await Promise.all(
    all.map(async ({ name, workflowId }) => {
      try {
        const handle = client.workflow.getHandle(workflowId);
        const { raw } = await within(client, RPC_TIMEOUT_MS, () => handle.describe());
        return (raw.pendingActivities ?? []).map((activity) => detailOf(name, activity));
      } catch {
        return [];
      }
    }),
  );
  return details.flat();
}

function detailOf(packet: string, activity: PendingActivity): LiveDetail {
  const payload = activity.heartbeatDetails?.payloads?.[0];
  const progress = heartbeat(payload === undefined ? undefined : decode(payload));
  const failure = activity.lastFailure?.message;
  return {
    packet,
    activity: activity.activityType?.name ?? 'activity',
    attempt: activity.attempt ?? 1,
    ...progress,
    ...(failure && (activity.attempt ?? 1) > 1 && { lastFailure: failure }),
  };
}

function decode(payload: Parameters<typeof defaultPayloadConverter.fromPayload>[0]): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}

/** The parts of a heartbeat that a screen shows; anything else in it is left alone. */
function heartbeat(value: unknown): Pick<LiveDetail, 'note' | 'percent' | 'lastEventAt'> {
  if (typeof value !== 'object' || value === null) return {};
  const { note, percent, lastEventAt } = value as Record<string, unknown>;
  return {
    ...(typeof note === 'string' && { note }),
    ...(typeof percent === 'number' && { percent }),
    ...(typeof lastEventAt === 'string' && { lastEventAt }),
  };
}
