import type { Packet } from '../../domain/packet.ts';
import { homeRules } from '../home-calls.ts';
import { Placement } from '../placement.ts';
import type { Turns } from '../queue/queue-turn.ts';
import type { AttentionDesk } from './attention-desk.ts';
import { PacketBoard } from './board/packet-board.ts';
import type { BoardPhases } from './board/packet-child.ts';
import type { FeatureBudget } from './feature-budget.ts';
import type { FeatureState } from './feature-state.ts';
import { Gates } from './gates.ts';
import { Handoffs } from './handoffs.ts';
import { Landing } from './landing.ts';

/** What there is of a feature from its first moment: messages reach it before the repository is open. */
export interface FeatureBase {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
  readonly budget: FeatureBudget;
  readonly turns: Turns;
}

/** Who does the work of the phases after the design. */
export interface Assembly {
  readonly board: PacketBoard;
  readonly handoffs: Handoffs;
  readonly gates: Gates;
  readonly landing: Landing;
}

/** A feature's own work needs no agent slot, so any home does it. */
export const featurePlacement = (state: FeatureState, desk: AttentionDesk): Placement =>
  new Placement({
    feature: state.ref.feature,
    rules: () => homeRules(state.homeGone, 'any'),
    ask: (ask) => desk.ask(ask),
  });

/** Called once, when the repository is open: from then on the configuration is known. */
export function assemble(base: FeatureBase, phases: BoardPhases): Assembly {
  const { state, desk, placement, budget, turns } = base;
  const board = new PacketBoard({ state, desk, budget, phases });
  const work = async (packet: Packet, reason: string, files: readonly string[], start?: string) => {
    board.add([packet], { reason, files, ...(start !== undefined && { start }) });
    await board.run();
  };
  const gates = new Gates({ state, desk, placement, work });
  const mend = async (packet: Packet, start: string, reason: string, files: readonly string[]) => {
    // Nothing is moved: only this packet begins there.
    await work(packet, reason, files, start);
    return state.outcomes().some((one) => one.packet === packet.id && one.status === 'merged');
  };
  return {
    board,
    gates,
    handoffs: new Handoffs({ state, placement }),
    landing: new Landing({ state, desk, placement, gates, turns, mend }),
  };
}
