import type { MadePlanEdit, PlanEdit, PlanStatus } from '../../domain/plan-edit.ts';
import { planEditProblem } from '../../domain/plan-edit-problem.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { PacketBoard } from './board/packet-board.ts';
import type { Proposal } from './proposal.ts';

/** What changing the plan needs of the feature. */
export interface PlanHost {
  readonly desk: AttentionDesk;
  board(): PacketBoard | undefined;
  /** The plan before there is a board. */
  readonly proposal: Proposal;
  /** Told of an edit that was made. */
  edited(edit: PlanEdit, made: MadePlanEdit): void;
}

/** What a sender may leave out. */
const whole = (edit: PlanEdit): PlanEdit => ({
  ...edit,
  add: edit.add ?? [],
  amend: edit.amend ?? [],
  drop: edit.drop ?? [],
});

/** People's changes of a plan, before it is approved and while it is carried out. */
export class PlanEdits {
  constructor(private readonly host: PlanHost) {}

  /** Why an edit is refused; an empty list: it isn't. Said before the update is accepted, so nothing is thrown. */
  problems(edit: unknown): string[] {
    const problem = planEditProblem(edit);
    if (problem !== undefined) return [problem];
    const board = this.host.board();
    if (board === undefined) return this.host.proposal.problems(whole(edit as PlanEdit));
    return board.running
      ? board.edits.problems(whole(edit as PlanEdit))
      : ['the packets are done: the feature is past changing its plan'];
  }

  async make(given: PlanEdit): Promise<MadePlanEdit> {
    const edit = whole(given);
    const made: MadePlanEdit = {
      at: new Date().toISOString(),
      by: edit.by,
      added: edit.add.map(({ id }) => id),
      amended: edit.amend.map(({ id }) => id),
      dropped: edit.drop,
      ...(edit.first !== undefined && { first: edit.first }),
    };
    const { desk } = this.host;
    // Before anything is awaited: what is decided of the plan now is decided of the new one.
    const board = this.host.board();
    if (board === undefined) this.host.proposal.make(edit);
    const changing = board?.edits.make(edit);
    for (const id of edit.drop) desk.withdraw(id);
    this.host.edited(edit, made);
    await changing;
    return made;
  }

  status(): PlanStatus {
    return this.host.board()?.view.plan ?? this.host.proposal.status();
  }
}
