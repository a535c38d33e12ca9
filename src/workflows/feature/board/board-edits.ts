import type { Packet } from '../../../domain/packet.ts';
import { editProblems, type PlanEdit } from '../../../domain/plan-edit.ts';
import { dropToldAtStart } from '../../patches.ts';
import type { FeatureState } from '../feature-state.ts';
import { plannedOf } from './board-view.ts';
import type { Entries } from './entries.ts';
import { leave, type MergeTurn } from './merge-turn.ts';
import { placedBy, tellPacket } from './packet-child.ts';
import { dropEntry, type Entry, listener } from './packet-entry.ts';

/** The board whose plan is changed. */
interface Edited {
  readonly state: FeatureState;
  readonly entries: Entries;
  readonly turn: MergeTurn;
  add(packets: readonly Packet[]): void;
}

/** Whether it has a workflow that hears of its drop, now or once its start is confirmed. */
const mayBeTold = (entry: Entry): boolean =>
  listener(entry) !== undefined || (entry.at.phase === 'running' && dropToldAtStart());

/** People's changes of a board's packets while they are worked on. */
export class BoardEdits {
  constructor(private readonly board: Edited) {}

  /** Why an edit is refused; an empty list: it isn't. */
  problems(edit: PlanEdit): string[] {
    const { state, entries } = this.board;
    return editProblems(state.ref.feature, state.ref.base, entries.all.map(plannedOf), edit);
  }

  /** Changes the plan by an edit without problems. Who works on a packet is told. */
  async make({ add, amend, drop, first, by }: PlanEdit): Promise<void> {
    const { state, entries } = this.board;
    if (first !== undefined) entries.first = first;
    for (const packet of amend) {
      const entry = entries.the(packet.id);
      Object.assign(entry, placedBy(state, packet));
      if (listener(entry) !== undefined) await tellPacket(entry, { type: 'amend', packet, by });
    }
    for (const id of drop) {
      const entry = entries.the(id);
      const why = `dropped from the plan by ${by}`;
      if (mayBeTold(entry)) await this.tellDropped(entry, why);
      else dropEntry(entry, why);
    }
    this.board.add(add);
  }

  /** Somebody works on it: its workflow is told at once, or when its start is confirmed. */
  private async tellDropped(entry: Entry, why: string): Promise<void> {
    const { at } = entry;
    if (at.phase === 'running') {
      at.dropping = why;
      at.answer = undefined;
    }
    leave(entry, this.board.turn);
    await tellPacket(entry, { type: 'drop', why });
  }
}
