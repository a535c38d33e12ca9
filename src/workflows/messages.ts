import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AttentionItem, Decision, TakenDecision } from '../domain/attention.ts';
import type { Handoff } from '../domain/handoff.ts';
import {
  type ChildReport,
  type Delivery,
  type FeatureStatus,
  type Instruction,
  type Progress,
  QUERIES,
  SIGNALS,
  type Ticket,
  type Unblock,
  UPDATES,
} from '../domain/messages.ts';
import type { RunFigures } from '../domain/outcomes.ts';
import type { MadePlanEdit, PlanEdit, PlanStatus } from '../domain/plan-edit.ts';

export const decideSignal = defineSignal<[Decision]>(SIGNALS.decide);
export const unblockSignal = defineSignal<[Unblock]>(SIGNALS.unblock);
export const pauseSignal = defineSignal(SIGNALS.pause);
export const resumeSignal = defineSignal(SIGNALS.resume);
export const reportSignal = defineSignal<[ChildReport]>(SIGNALS.report);
export const progressSignal = defineSignal<[Progress]>(SIGNALS.progress);
export const instructSignal = defineSignal<[Instruction]>(SIGNALS.instruct);
export const enterSignal = defineSignal<[Ticket]>(SIGNALS.enter);
export const leaveSignal = defineSignal<[Ticket]>(SIGNALS.leave);
export const turnSignal = defineSignal<[Ticket]>(SIGNALS.turn);
export const decideUpdate = defineUpdate<TakenDecision, [Decision]>(UPDATES.decide);
export const deliverUpdate = defineUpdate<void, [Delivery]>(UPDATES.deliver);
export const planUpdate = defineUpdate<MadePlanEdit, [PlanEdit]>(UPDATES.plan);
export const planQuery = defineQuery<PlanStatus>(QUERIES.plan);
export const statusQuery = defineQuery<FeatureStatus>(QUERIES.status);
export const handoffsQuery = defineQuery<Handoff[]>(QUERIES.handoffs);
export const runsQuery = defineQuery<RunFigures[]>(QUERIES.runs);
export const attentionQuery = defineQuery<AttentionItem[]>(QUERIES.attention);
