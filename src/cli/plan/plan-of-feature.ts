import type { ForecastInput } from '../../domain/forecast.ts';
import type { FeatureStatus, PacketView } from '../../domain/messages.ts';
import { DEFAULT_PACKET_SIZE } from '../../domain/packet.ts';
import type { PlanStatus } from '../../domain/plan-edit.ts';
import type { WholePlan } from '../../domain/plan-markdown.ts';
import { shownPackets } from '../../packets/plan-changes.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import type { Server } from '../server/connection.ts';
import { look } from '../server/feature-lookup.ts';
import { planStatus } from './edit-plan.ts';

/** What is drawn, wherever it comes from. */
export interface Drawn {
  readonly title: string;
  readonly packets: readonly ForecastInput[];
  readonly slots: number;
  /** The packets with all that they say, where that is known. */
  readonly whole?: WholePlan;
  /** Nobody has approved it yet. */
  readonly proposed?: boolean;
}

/**
 * The packets of a feature that runs, as its workflow tells them: also before anybody has approved them.
 *
 * @throws CommandError where it has none to tell
 */
export async function planOfFeature(server: Server, home: string, feature: string): Promise<Drawn> {
  const snapshot = await look(server, home, feature);
  if (snapshot.kind === 'unanswered')
    throw new CommandError(
      snapshot.worker
        ? `The feature "${feature}" runs, but no worker answers: ${snapshot.why}.`
        : `The feature "${feature}" waits: ${snapshot.why}.`,
    );
  if (snapshot.kind !== 'status')
    throw new CommandError(
      `The feature "${feature}" has ended: nothing is planned. See: baton report ${feature}`,
    );
  const { status } = snapshot;
  const plan = await planStatus(server, feature);
  if (status.packets.length === 0) return plannedOnly(feature, plan);
  if (status.packets.some(({ size }) => size === undefined))
    say(`Its workflow tells no sizes: each packet without one counts as ${DEFAULT_PACKET_SIZE}m.`);
  return {
    title: `Plan of ${feature}, from now on`,
    packets: packetsOf(status),
    slots: status.slots.of,
    whole: { packets: shownPackets(plan.packets), slots: status.slots.of },
  };
}

/** A plan of which nothing has begun: it waits for its approval, or for the base to be measured. */
function plannedOnly(feature: string, { packets, concurrency, proposed }: PlanStatus): Drawn {
  const whole = packets.map(({ packet }) => packet);
  return {
    title: `Plan of ${feature}, ${proposed === undefined ? 'approved' : 'to be approved'}`,
    packets: whole,
    slots: concurrency,
    whole: { packets: whole, slots: concurrency, ...proposed },
    proposed: proposed !== undefined,
  };
}

/** A status as the forecast takes it; what was dropped holds nobody up. */
export function packetsOf({ packets }: Pick<FeatureStatus, 'packets'>): ForecastInput[] {
  const dropped = new Set(packets.filter(({ status }) => status === 'dropped').map(({ id }) => id));
  return packets.map(({ id, status, percent, size = DEFAULT_PACKET_SIZE, dependencies }) => ({
    id,
    size,
    status,
    percent,
    dependencies: dependencies.map(dependencyOf).filter(({ packet }) => !dropped.has(packet)),
  }));
}

/** A view writes a soft dependency as `db-users (soft)`. */
function dependencyOf(text: PacketView['dependencies'][number]): ForecastInput['dependencies'][number] {
  const packet = text.replace(/ \(soft\)$/, '');
  return { packet, type: packet === text ? 'hard' : 'soft' };
}
