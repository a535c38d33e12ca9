import type { DesignDone } from '../../domain/agent-protocol.ts';
import type { GateResult } from '../../domain/checks.ts';
import {
  completeHandoff,
  designHandoff,
  implementationHandoff,
  testingHandoff,
} from '../../domain/context.ts';
import type { Handoff } from '../../domain/handoff.ts';
import { featureWorkflowId } from '../../domain/ids.ts';
import type { Landed, PacketOutcome, ReleaseOutcome } from '../../domain/outcomes.ts';
import type { Packet } from '../../domain/packet.ts';
import type { Placement } from '../placement.ts';
import type { FeatureState } from './feature-state.ts';

/** What the handoffs are made of. */
export interface HandoffHost {
  readonly state: FeatureState;
  readonly placement: Placement;
}

/** Makes the four handoffs of a feature, each from what was measured and merged by then. */
export class Handoffs {
  constructor(private readonly host: HandoffHost) {}

  design(design: DesignDone, files: readonly string[]): Promise<void> {
    return this.hand(designHandoff(this.context, design, files));
  }

  implementation(gates: readonly GateResult[]): Promise<void> {
    const { state } = this.host;
    const phaseMs = state.status().phaseMs.implement ?? 0;
    const outcomes = this.outcomes(['implementation']);
    return this.hand(implementationHandoff(this.context, this.last(), outcomes, state.tests, gates, phaseMs));
  }

  testing(gates: readonly GateResult[]): Promise<void> {
    const { state } = this.host;
    const rollback = state.outcomes().findLast((entry) => entry.rollback !== undefined)?.rollback;
    const outcomes = this.outcomes(['test', 'gap']);
    return this.hand(testingHandoff(this.context, this.last(), outcomes, state.tests, gates, rollback));
  }

  complete(release: ReleaseOutcome | undefined, landed: Landed): Promise<void> {
    const { state } = this.host;
    const agents = new Set(state.buildReport('landed').runs.map(({ role }) => role)).size;
    const duration = Date.now() - Date.parse(state.startedAt);
    return this.hand(completeHandoff(this.context, this.last(), release, landed, duration, agents));
  }

  private outcomes(kinds: readonly Packet['kind'][]): PacketOutcome[] {
    const { state } = this.host;
    const packets = state.board?.packets ?? [];
    const ids = new Set(packets.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id));
    return state.outcomes().filter(({ packet }) => ids.has(packet));
  }

  private get context() {
    const { state } = this.host;
    return {
      workflowId: featureWorkflowId(state.ref.feature),
      now: new Date().toISOString(),
      roles: {
        design: state.role('design'),
        implement: state.role('implement'),
        test: state.role('test'),
        deploy: state.role('deploy'),
      },
    };
  }

  private last(): Handoff {
    const last = this.host.state.handoffs.at(-1);
    if (last === undefined) throw new Error('no handoff yet');
    return last;
  }

  /** Writes a handoff as a file and an artifact, and keeps what came back: at most 32 KiB. */
  private async hand(handoff: Handoff): Promise<void> {
    const { state, placement } = this.host;
    const { feature } = state.ref;
    const kept = await placement.call(`write ${handoff.name}`, (activities, place) =>
      activities.writeHandoff({ feature, place, handoff }),
    );
    state.handoffs = [...state.handoffs.filter(({ name }) => name !== kept.name), kept];
    state.show();
  }
}
