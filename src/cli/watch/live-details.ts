import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';
import type { FailureType } from '../../domain/failures.ts';
import { featureWorkflowId, packetWorkflowId, releaseWorkflowId } from '../../domain/ids.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { type OngoingOutage, outageDetailsSchema } from '../../domain/outage.ts';
import type { LiveDetail } from '../render/status.ts';
import type { Server } from '../server/connection.ts';
import { within } from '../server/feature-lookup.ts';

/** As many children are looked at: more agents at once are rare, and each costs a call. */
const MAX_CHILDREN = 32;
const RPC_TIMEOUT_MS = 3_000;

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What the activities that run now last told by their heartbeats. Never fails: it is only for looking. */
export async function liveDetails(
  { client }: Pick<Server, 'client'>,
  status: FeatureStatus,
): Promise<LiveDetail[]> {
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
        const pending = raw.pendingActivities ?? [];
        return await Promise.all(pending.map((activity) => detailOf(client, name, activity)));
      } catch {
        return [];
      }
    }),
  );
  return details.flat();
}

/**
 * A worker beats every two seconds and takes what is scheduled within one: one that does neither for this long is away,
 * or stands still.
 */
const SILENT_AFTER_MS = 15_000;

// By their numbers, since the package with the names takes a tenth of a second to load.
const SCHEDULED: temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED = 1;
const STARTED: temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED = 2;

/** Since when nobody has been heard who should do it, or undefined. */
export function silentSince(activity: PendingActivity, now: number): number | undefined {
  const { state, scheduledTime, nextAttemptScheduleTime, lastHeartbeatTime, lastStartedTime } = activity;
  const [scheduled, next, beat, started] = [
    scheduledTime,
    nextAttemptScheduleTime,
    lastHeartbeatTime,
    lastStartedTime,
  ].map((time) => (time ? tsToMs(time) : undefined));
  const heard = beat ?? started;
  const due = state === STARTED ? heard : state === SCHEDULED ? (next ?? scheduled) : undefined;
  return due === undefined || now - due < SILENT_AFTER_MS ? undefined : (heard ?? scheduled);
}

const iso = (time: PendingActivity['lastStartedTime']): string | undefined =>
  time ? new Date(tsToMs(time)).toISOString() : undefined;

async function detailOf(
  client: Client,
  packet: string,
  activity: PendingActivity,
  now = Date.now(),
): Promise<LiveDetail> {
  const progress = heartbeat(await decode(client, activity.heartbeatDetails?.payloads?.[0]));
  const failure = activity.lastFailure?.message;
  const details = await decode(client, activity.lastFailure?.applicationFailureInfo?.details?.payloads?.[0]);
  const outage = outageIn(activity, details, now);
  const [startedAt, heardAt] = [iso(activity.lastStartedTime), iso(activity.lastHeartbeatTime)];
  const silent = silentSince(activity, now);
  return {
    packet,
    activity: activity.activityType?.name ?? 'activity',
    attempt: activity.attempt ?? 1,
    ...progress,
    ...(startedAt !== undefined && { startedAt }),
    ...(heardAt !== undefined && { heardAt }),
    ...(silent !== undefined && { silentSince: new Date(silent).toISOString() }),
    ...(activity.lastWorkerIdentity && { worker: activity.lastWorkerIdentity }),
    ...(outage !== undefined && { outage }),
    ...(failure && outage === undefined && (activity.attempt ?? 1) > 1 && { lastFailure: failure }),
  };
}

const AWAY: FailureType = 'Outage';
/** An attempt that has gone on for longer found there again what was away, or hangs in it, which a later one tells. */
const TRYING_MS = 60_000;

/** What the attempt before this one found away; `details`: of its failure, decoded. */
export function outageIn(
  activity: PendingActivity,
  details: unknown,
  now: number,
): OngoingOutage | undefined {
  const { state, lastFailure, lastStartedTime } = activity;
  if (lastFailure?.applicationFailureInfo?.type !== AWAY) return undefined;
  const goesOn = state === STARTED && lastStartedTime && now - tsToMs(lastStartedTime) > TRYING_MS;
  const told = outageDetailsSchema.safeParse(details).data;
  if (goesOn || told === undefined) return undefined;
  const said = lastFailure.message ?? '';
  const before = `${told.where} can't be used now: `;
  return { ...told, why: said.startsWith(before) ? said.slice(before.length) : said };
}

/** As the worker gave it, where this process has the keys for that. */
async function decode({ options }: Client, payload: Payload | undefined): Promise<unknown> {
  if (payload === undefined) return undefined;
  try {
    let payloads = [payload];
    for (const codec of options.loadedDataConverter.payloadCodecs) payloads = await codec.decode(payloads);
    return payloads[0] === undefined ? undefined : defaultPayloadConverter.fromPayload(payloads[0]);
  } catch {
    return undefined;
  }
}

/** The parts of a heartbeat that a screen shows; anything else in it is left alone. */
function heartbeat(value: unknown): Pick<LiveDetail, 'note' | 'percent' | 'lastEventAt' | 'waits'> {
  if (typeof value !== 'object' || value === null) return {};
  const { note, percent, lastEventAt, waits } = value as Record<string, unknown>;
  return {
    ...(typeof note === 'string' && { note }),
    ...(typeof percent === 'number' && { percent }),
    ...(typeof lastEventAt === 'string' && { lastEventAt }),
    ...(waits === true && { waits }),
  };
}
