import type { MeasuringScope } from '../../domain/measuring-scope.ts';
import type { Packet } from '../../domain/packet.ts';
import {
  edited,
  editProblems,
  type PlanEdit,
  type PlannedPacket,
  type PlanStatus,
} from '../../domain/plan-edit.ts';
import { unprovableCriteria } from '../../domain/unprovable.ts';
import { planBeforeApproval } from '../patches.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';

/** What a plan that is yet to be approved needs of its feature. */
export interface ProposalHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
}

/** A plan as people are asked about it. */
export interface Proposed {
  readonly packets: readonly Packet[];
  readonly measuring: readonly MeasuringScope[];
}

const planned = (packets: readonly Packet[]): PlannedPacket[] =>
  packets.map((packet) => ({ packet, status: 'waiting', started: false }));

/** The plan while people are asked to approve it, and may change it themselves. */
export class Proposal {
  private now: Proposed | undefined;
  private before: readonly Packet[] | undefined;
  /** What people made of it since they were asked. */
  private next: readonly Packet[] | undefined;
  private item: string | undefined;
  private first: readonly string[] = [];
  private readonly changes: PlanEdit[] = [];
  private isApproved = false;

  constructor(private readonly host: ProposalHost) {}

  /** A version that people are going to be asked about. */
  put(proposed: Proposed): void {
    this.before = this.now?.packets;
    this.now = proposed;
    this.next = undefined;
  }

  /** The item that asks about it. */
  asks(item: string): void {
    this.item = item;
  }

  /** People said yes to it: its packets begin once the base is measured. */
  approved(): void {
    this.isApproved = true;
  }

  /** The plan as people changed it, once; undefined if they didn't. */
  takeEdited(): readonly Packet[] | undefined {
    const { next } = this;
    this.next = undefined;
    return next;
  }

  /** Packets that people put first. */
  get putFirst(): readonly string[] {
    return this.first;
  }

  /** What people changed of what the designer planned, oldest first. */
  get edits(): readonly PlanEdit[] {
    return this.changes;
  }

  /** Why an edit is refused; an empty list: it isn't. */
  problems(edit: PlanEdit): string[] {
    const { now, item, host } = this;
    if (now === undefined)
      return ['there are no packets yet: the plan can be changed once the design is to be approved'];
    if (item === undefined || !host.desk.open.some(({ id }) => id === item))
      return [
        'the plan is not to be approved now: the designer is at work on it, or it was approved and its packets are about to start',
      ];
    const { feature, base } = host.state.ref;
    const problems = editProblems(feature, base, planned(now.packets), edit);
    if (problems.length > 0) return problems;
    const packets = edited(planned(now.packets), edit);
    if (packets.length === 0) return ['the plan would have no packets: nothing would be built'];
    return unprovableCriteria(packets, host.state.opened.checks);
  }

  /** Changes the plan by an edit without problems; what was asked about it is taken back at once. */
  make(edit: PlanEdit): void {
    const { now, item, host } = this;
    // Before this there was no such edit, so a history with one is known by this.
    if (now === undefined || item === undefined || !planBeforeApproval()) return;
    this.next = edited(planned(now.packets), edit);
    if (edit.first !== undefined) this.first = edit.first;
    this.changes.push(edit);
    this.item = undefined;
    host.desk.takeBack(item);
  }

  status(): PlanStatus {
    const { now, before } = this;
    const concurrency = this.host.state.config?.concurrency ?? 0;
    return {
      packets: planned(now?.packets ?? []),
      concurrency,
      first: this.first,
      ...(!this.isApproved && {
        proposed: { measuring: now?.measuring ?? [], ...(before !== undefined && { before }) },
      }),
    };
  }
}
